import { Bench } from 'tinybench';
import { UdpFlows } from '../src/base/flow.ts';
import { Timer, Timers } from '../src/base/timers.ts';
import { callId } from '../src/domain/ids.ts';
import { SignedRoutes } from '../src/edge/signed-routes.ts';
import { type DeliveryFacts, planDelivery } from '../src/failover/plan-delivery.ts';
import { digestResponse } from '../src/sip/auth/digest.ts';
import { scanHeaders } from '../src/sip/message/header-index.ts';
import { DEFAULT_LIMITS } from '../src/sip/message/limits.ts';
import { SipRequest, SipResponse } from '../src/sip/message/message.ts';
import { parseMessage } from '../src/sip/message/parse.ts';
import { buildResponse } from '../src/sip/message/response.ts';
import { forwardRequest } from '../src/sip/proxy/forward-request.ts';
import { forwardResponse } from '../src/sip/proxy/forward-response.ts';
import { NOBODY } from '../src/sip/transaction/context.ts';
import { type RequestUser, TransactionLayer } from '../src/sip/transaction/layer.ts';
import { DEFAULT_TIMINGS } from '../src/sip/transaction/timings.ts';
import { CARRIER, dialled, EDGE, failoverNumber, PBX } from './address-plan.ts';
import { RecordedCalls } from './in-process.ts';
import { table } from './results.ts';
import { e164, seededTrunkGroup } from './seed.ts';
import { filled, messagesOf, parsed } from './sipp-messages.ts';

/** Different messages, so that nothing is found in a cache that a real one would not find there. */
const VARIANTS = 64;

/** In one sample, which is then long against what a clock costs. */
const REPEATED = VARIANTS;

function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

const inviteTexts = Array.from({ length: VARIANTS }, (_, call) =>
  flat(
    filled(messagesOf('carrier_uac')[0] ?? '', {
      local: CARRIER,
      remote: EDGE,
      call,
      branch: `z9hG4bK-4711-${call}-0`,
      more: { field0: dialled(call) },
    }),
  ),
);
const invites = inviteTexts.map(parsed).filter((message) => message instanceof SipRequest);
const forwardedTexts = invites.map((invite, call) => flat(forwarded(invite, call)));
const answerTexts = forwardedTexts.map((text, call) =>
  flat(
    filled(messagesOf('uas_answer')[2] ?? '', {
      local: PBX,
      remote: EDGE,
      call,
      branch: '',
      last: parsed(text),
    }),
  ),
);
const answers = answerTexts.map(parsed).filter((message) => message instanceof SipResponse);

function forwarded(invite: SipRequest, call: number): string {
  return forwardRequest(invite, {
    requestUri: `sip:${dialled(call)}@${PBX.address}:${PBX.port};line=a1b2c3d4`,
    via: `SIP/2.0/UDP ${EDGE.address}:${EDGE.port};rport;branch=${branchOf(call)}`,
    stampedVia: `${invite.via.toString()}=5060;received=${CARRIER.address}`,
    recordRoute: `<sip:d.m3kQ9vX2-${call}..A1b2C3d4E5f6G7h8I9j0@${EDGE.address}:${EDGE.port};lr>`,
    maxForwards: 68,
    routes: undefined,
    to: `<sip:${dialled(call)}@${EDGE.address}:${EDGE.port};user=phone>`,
    removeHeaders: [],
    topHeaders: '',
    appendHeaders: '',
  });
}

function branchOf(call: number): string {
  return `z9hG4bKm3kQ9vX2.${call.toString(36)}.1h2j3k4`;
}

const flows = new UdpFlows();
const deaf: RequestUser = {
  answeredStatelessly: () => false,
  invite() {},
  nonInvite() {},
  cancel() {},
  ack() {},
  strayResponse() {},
};
const layer = new TransactionLayer(
  { output: { send() {} }, timers: new Timers(), timings: DEFAULT_TIMINGS, flows, seed: 0 },
  deaf,
);
const pbxFlow = flows.of(PBX.address, PBX.port);
// As many as wait for their Timer M at 500 calls/s, so that the Map is as large as it gets.
for (let call = 0; call < 16_000; call += 1) {
  layer.sendInvite(inviteTexts[0] ?? '', branchOf(call), pbxFlow, NOBODY, 0);
}

const timers = new Timers();
const owner = { timerFired() {} };
for (let i = 0; i < 16_000; i += 1) timers.set(new Timer(owner, 'end'), 32_000 + i, 0);
const timer = new Timer(owner, 'A');

const signed = new SignedRoutes('the key of the benchmark');
const dialog = {
  sipCallId: '0-4711@127.77.0.10',
  callerTag: 'gK04711t1',
  call: callId('m3kQ9vX2-1'),
  caller: '127.77.0.10',
  callee: '127.77.0.20',
  calleeIsFlow: false,
};
const signedUser = signed.dialogUser(dialog, 0);
const inDialog = { callId: dialog.sipCallId, fromTag: dialog.callerTag, toTag: '1SIPpTag01' };
const digest = { method: 'REGISTER', uri: `sip:${EDGE.address}:${EDGE.port}`, nonce: 'x'.repeat(40) };
const qop = { nc: '00000001', cnonce: 'a1b2c3d4' };

const facts: DeliveryFacts = {
  suspended: false,
  trunkGroup: seededTrunkGroup(1),
  registeredHere: true,
  handedOver: false,
  failover: {
    backup: undefined,
    backupSource: 'account',
    number: e164(failoverNumber(1)),
    numberSource: 'did',
  },
  sharedRegistrations: false,
  otherTrunkServers: [],
  backupGroup: 'gone',
  backupAllowed: true,
  backupTransportSupported: true,
  gateways: [],
  numberIsOwnDid: false,
  numberAllowed: true,
  diversionCount: 0,
  maxDiversions: 5,
  maxForwards: 69,
  legsUp: 0,
  legCap: 10,
};

const buffer = Buffer.alloc(65_536);
/** Whatever is worked out goes here, so that V8 cannot leave it out. */
let sink: unknown;

function each<T>(items: readonly T[], work: (item: T, index: number) => unknown): () => void {
  return () => {
    for (const [index, item] of items.entries()) sink = work(item, index);
  };
}

const headersStart = (inviteTexts[0]?.indexOf('\n') ?? 0) + 1;
const calls = new RecordedCalls(REPEATED);
const bench = new Bench({ time: 500, warmupTime: 300 });
bench
  .add(
    'index: header offsets of an INVITE',
    each(inviteTexts, (text) => scanHeaders(text, headersStart, DEFAULT_LIMITS)),
  )
  .add(
    'parse: INVITE',
    each(inviteTexts, (text) => parseMessage(text)),
  )
  .add(
    'parse: 200 with SDP',
    each(answerTexts, (text) => parseMessage(text)),
  )
  .add('splice: INVITE on its way out', each(invites, forwarded))
  .add(
    'splice: 200 on its way back',
    each(answers, (answer) => forwardResponse(answer, { to: undefined, removeAssertedIdentity: true })),
  )
  .add(
    'serialise: 100 Trying',
    each(invites, (invite) => buildResponse(invite, 100)),
  )
  .add(
    'serialise: spliced INVITE to bytes',
    each(invites, (invite, call) => buffer.write(forwarded(invite, call), 0, 'latin1')),
  )
  .add(
    'from bytes: latin1Slice of 1,087',
    each(inviteTexts, () => buffer.toString('latin1', 0, 1_087)),
  )
  .add(
    'transaction: look-up for a response, of 16,000',
    each(answers, (answer) => layer.receiveResponse(answer, pbxFlow, 1)),
  )
  .add(
    'timer: set and cancel, of 16,000',
    each(answers, () => {
      timers.set(timer, 500, 0);
      timers.cancel(timer);
    }),
  )
  .add(
    'digest: MD5 response',
    each(answers, () => digestResponse('MD5', '0'.repeat(32), { ...digest, qop })),
  )
  .add(
    'digest: SHA-256 response',
    each(answers, () => digestResponse('SHA-256', '0'.repeat(64), { ...digest, qop })),
  )
  .add(
    'route: sign a Record-Route',
    each(invites, (invite) => signed.dialogUser({ ...dialog, sipCallId: invite.callId }, 0)),
  )
  .add(
    'route: verify a Route',
    each(invites, () => signed.readDialogUser(signedUser, inDialog, 0)),
  )
  .add(
    'plan: registered PBX, failover number',
    each(invites, () => planDelivery(facts)),
  )
  .add('a whole call of W1, without sockets', () => calls.replay());

await bench.run();
const rows = bench.tasks.map(({ name, result }) => {
  if (!('latency' in result)) throw new Error(`${name} did not run: ${JSON.stringify(result)}`);
  const { mean, p50, p99 } = result.latency;
  return [name, ...[p50, mean, p99].map((ms) => ((ms * 1_000) / REPEATED).toFixed(2))];
});
console.log(table([['µs each', 'median', 'mean', 'p99'], ...rows]));
if (sink === undefined) throw new Error('nothing was worked out');
