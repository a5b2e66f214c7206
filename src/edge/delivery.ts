import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import type { Random } from '../base/random.ts';
import { type Deadline, NO_TIMER } from '../base/timers.ts';
import type { AttemptOutcome, DeliveryPlan, PlannedAttempt } from '../domain/delivery.ts';
import { currentAttempt, type Hunt, startHunt } from '../failover/hunt.ts';
import { type NextStep, nextAttempt, type PassedOver } from '../failover/next-attempt.ts';
import { targetLimits } from '../failover/target-limits.ts';
import type { FailoverRules } from '../failover/triggers.ts';
import type { Branch, BranchEnd } from '../sip/proxy/branch.ts';
import { loopHash } from '../sip/proxy/loop.ts';
import { ResponseContext, type ResponseContextUser } from '../sip/proxy/response-context.ts';
import type { OwnMessages } from '../sip/proxy/unwanted-answer.ts';
import type { InviteServerTransaction } from '../sip/transaction/invite-server.ts';
import type { TransactionLayer } from '../sip/transaction/layer.ts';
import { branchText, type OwnAddress } from './branch-text.ts';
import type { CallLog } from './call-log.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { Located } from './locator.ts';
import { outcomeOf } from './outcome.ts';
import type { SignedRoutes } from './signed-routes.ts';
import { describeTarget, type Target, targetAt, type Unlocated } from './targets.ts';

/** A name that DNS has not led anywhere by then counts as unreachable. */
const LOCATE_LIMIT: Millis = 2_500;

/** When a target has not said anything by then, the host is asked whether it is there at all. */
const PROBE_AFTER: Millis = 550;

/** What another trunk server says of its own bindings (see `#giveUp`): no answer of a PBX. */
const OF_TRUNK_SERVERS: readonly number[] = [408, 430];
const NONE: readonly number[] = [];

/** What a delivery needs from the trunk server that makes it. */
export interface DeliveryOffice {
  readonly layer: TransactionLayer;
  readonly random: Random;
  readonly own: OwnAddress;
  readonly signed: SignedRoutes;
  readonly ownMessages: OwnMessages;
  newBranch(loopHash: number): string;
  /** What an attempt of the plan calls, as of now. */
  targetsOf(attempt: PlannedAttempt, now: Millis): (Target | Unlocated)[];
  /** Finds the addresses of a backup or gateway; calls back at once when no DNS is needed. */
  locate(target: Unlocated, located: (result: Located, now: Millis) => void, now: Millis): void;
  /** Asks whether anything listens at the branch's flow; a refusal ends the branch (18.4). */
  probe(branch: Branch, now: Millis): void;
  /** A call of this account goes to a number: counted until it ends. */
  numberLegStarted(call: IncomingCall, now: Millis): void;
  numberLegEnded(call: IncomingCall, now: Millis): void;
  finished(delivery: Delivery, now: Millis): void;
}

type TimerKind = 'locate' | 'probe';

/** One call on its way through its delivery plan: asks failover what comes next, and makes it happen. */
export class Delivery implements Deadline, ResponseContextUser {
  readonly call: IncomingCall;
  readonly log: CallLog;
  /** Among all deliveries; set by them alone. */
  place = 0;
  readonly #office: DeliveryOffice;
  readonly #hunt: Hunt;
  readonly #context: ResponseContext;
  #timer = NO_TIMER;
  /** What it is due for. */
  #timerMeans: TimerKind = 'probe';
  #queue: (Target | Unlocated)[] = [];
  #branch: Branch | undefined;
  #lastFailure: AttemptOutcome | undefined;
  #numberLeg = false;
  /** Counts the DNS questions, so that an answer that comes too late is told from the one waited for. */
  #question = 0;

  constructor(
    office: DeliveryOffice,
    call: IncomingCall,
    server: InviteServerTransaction,
    plan: DeliveryPlan,
    rules: FailoverRules,
    log: CallLog,
    now: Millis,
  ) {
    this.#office = office;
    this.call = call;
    this.log = log;
    this.#hunt = startHunt(plan, rules, now);
    this.#context = new ResponseContext(office.layer, server, call.request, office.ownMessages, this);
  }

  begin(now: Millis): void {
    this.#context.sendTrying(now);
    this.#follow(nextAttempt(this.#hunt, undefined, false, now), now);
  }

  branchRang(branch: Branch, now: Millis): void {
    this.log.rang(branch, now);
  }

  branchFailed(branch: Branch, end: BranchEnd, now: Millis): void {
    const attempt = currentAttempt(this.#hunt);
    const outcome = outcomeOf(end, attempt?.target.kind === 'trunkServer');
    this.#cancelTimer();
    this.#branch = undefined;
    this.#endTarget(branch, outcome, now);
  }

  callerCancelled(now: Millis): void {
    this.#cancelTimer();
    this.log.cancelled(now);
    nextAttempt(this.#hunt, { outcome: { kind: 'cancelled' }, ringingAt: undefined }, false, now);
  }

  finished(status: number, answeredBy: Branch | undefined, now: Millis): void {
    this.#cancelTimer();
    if (answeredBy !== undefined) {
      this.log.answered(answeredBy, now);
      nextAttempt(this.#hunt, { outcome: { kind: 'answered' }, ringingAt: undefined }, false, now);
    }
    if (this.#numberLeg && !(answeredBy !== undefined && answeredBy === this.#branch))
      this.#office.numberLegEnded(this.call, now);
    this.log.finish(status, now);
    this.#office.finished(this, now);
  }

  due(now: Millis): void {
    this.#timer = NO_TIMER;
    if (this.#timerMeans === 'probe') {
      if (this.#branch?.state === 'calling') this.#office.probe(this.#branch, now);
      return;
    }
    this.#question += 1;
    this.#targetFailed({ kind: 'unreachable', cause: 'dns' }, now);
  }

  /** The trunk server stops: the caller is told at once, so that the carrier can take another way. */
  stop(now: Millis): void {
    this.log.stopped(now);
    this.#context.finish({ kind: 'status', status: 503, reason: 'Trunk Server Is Stopping' }, now);
  }

  /** Nothing listens at `flow`. */
  refused(flow: Flow, now: Millis): void {
    if (this.#branch?.request.flow === flow) this.#branch.refused(now);
  }

  #follow(first: NextStep, now: Millis): void {
    let step = first;
    for (;;) {
      switch (step.kind) {
        case 'done':
          return;
        case 'giveUp':
          this.#logPassedOver(step.passedOver, now);
          this.#giveUp(step.answer, now);
          return;
        case 'attempt': {
          this.#logPassedOver(step.passedOver, now);
          const attempt = currentAttempt(this.#hunt);
          this.#queue = attempt === undefined ? [] : this.#office.targetsOf(attempt, now);
          break;
        }
        case 'nextTarget':
          break;
      }
      const next = this.#queue.shift();
      if (next !== undefined) {
        this.#tryTarget(next, now);
        return;
      }
      // What the plan counted on is gone meanwhile (a binding has expired): the attempt is passed over.
      step = nextAttempt(this.#hunt, this.#vanished(now), false, now);
    }
  }

  #vanished(now: Millis) {
    const attempt = currentAttempt(this.#hunt);
    const cause = attempt?.target.kind === 'number' ? 'noGateway' : 'notRegistered';
    const outcome: AttemptOutcome = { kind: 'skipped', cause };
    if (attempt !== undefined) this.log.passedOver(attempt, cause, now);
    this.#lastFailure = outcome;
    return { outcome, ringingAt: undefined };
  }

  #tryTarget(target: Target | Unlocated, now: Millis): void {
    const attempt = currentAttempt(this.#hunt);
    if (attempt === undefined) return;
    if (target.kind === 'unlocated') this.#locate(target, now);
    else this.#call(attempt, target, now);
  }

  #locate(target: Unlocated, now: Millis): void {
    this.#question += 1;
    const question = this.#question;
    this.#setTimer('locate', LOCATE_LIMIT, now);
    const attempt = currentAttempt(this.#hunt);
    const number = attempt?.target.kind === 'number' ? attempt.target.number : undefined;
    this.log.begin(attempt, describeTarget(target, number), undefined, now);
    this.#office.locate(
      target,
      (located, at) => {
        if (question !== this.#question || this.#hunt.over) return;
        this.#cancelTimer();
        if (!located.ok) {
          this.#targetFailed(located.error, at);
          return;
        }
        this.log.forget();
        const found = located.value.map((place) => targetAt(place, target.gateway));
        this.#queue.unshift(...found);
        this.#follow({ kind: 'nextTarget' }, at);
      },
      now,
    );
  }

  #call(attempt: PlannedAttempt, target: Target, now: Millis): void {
    const { own, signed } = this.#office;
    const id = this.#office.newBranch(loopHash(this.call.request));
    const number = attempt.target.kind === 'number' ? attempt.target.number : undefined;
    const built = branchText(this.call, target, id, number, this.#lastFailure, own, signed, now);
    const limits = targetLimits(this.#hunt, this.#queue.length > 0, now, this.#nextAddress(target));
    if (number !== undefined && !this.#numberLeg) {
      this.#numberLeg = true;
      this.#office.numberLegStarted(this.call, now);
    }
    const branch = this.#context.startBranch(
      {
        requestUri: built.requestUri,
        recordRoutes: built.recordRoutes,
        branch: id,
        flow: target.flow,
        forwarding: {
          to: built.originalTo,
          removeAssertedIdentity: !built.toTrusted,
          recordRoute: built.recordRoute,
        },
        notForCaller: target.kind === 'trunkServer' ? OF_TRUNK_SERVERS : NONE,
      },
      limits,
      built.text,
      now,
    );
    if (branch === undefined) return;
    this.#branch = branch;
    this.log.begin(attempt, describeTarget(target, number), branch, now);
    // A NAT would answer for the PBX behind it, whether that is well or not.
    const behindNat = target.kind === 'binding' && target.behindNat;
    if (!behindNat && limits.noResponse > PROBE_AFTER) this.#setTimer('probe', PROBE_AFTER, now);
  }

  /** The next target is another address of the name that led to this one. */
  #nextAddress(target: Target): boolean {
    const next = this.#queue[0];
    if (target.kind === 'backup') return next?.kind === 'backup';
    return target.kind === 'gateway' && next?.kind === 'gateway' && next.gateway === target.gateway;
  }

  /** A target that never became a branch has failed. */
  #targetFailed(outcome: AttemptOutcome, now: Millis): void {
    this.log.end(undefined, outcome, now);
    this.#lastFailure = outcome;
    const left = this.#queue.length > 0;
    this.#follow(nextAttempt(this.#hunt, { outcome, ringingAt: undefined }, left, now), now);
  }

  #endTarget(branch: Branch, outcome: AttemptOutcome, now: Millis): void {
    const ringingAt = this.log.end(branch, outcome, now);
    this.#lastFailure = outcome;
    this.#follow(nextAttempt(this.#hunt, { outcome, ringingAt }, this.#queue.length > 0, now), now);
  }

  #giveUp(answer: 'nothingReachable' | 'bestResponse', now: Millis): void {
    if (answer === 'bestResponse') {
      this.#context.finish({ kind: 'best' }, now);
      return;
    }
    // To the trunk server that handed the call over, 430 says "no flow here" and 408 "there, but silent":
    // both let it go on, which a 480 would not (docs/decisions/005).
    const handedOver = this.#lastFailure?.kind === 'noResponse' ? 408 : 430;
    this.#context.finish(
      { kind: 'status', status: this.call.handedOverFrom === undefined ? 480 : handedOver },
      now,
    );
  }

  #logPassedOver(passedOver: readonly PassedOver[], now: Millis): void {
    for (const { index, cause } of passedOver) {
      const attempt = this.#hunt.plan.attempts[index];
      if (attempt === undefined) continue;
      this.log.passedOver(attempt, cause, now);
      this.#lastFailure ??= { kind: 'skipped', cause };
    }
  }

  #setTimer(kind: TimerKind, duration: Millis, now: Millis): void {
    this.#timerMeans = kind;
    this.#timer = this.#office.layer.timers.start(this.#timer, this, duration, now);
  }

  #cancelTimer(): void {
    this.#timer = this.#office.layer.timers.stop(this.#timer);
  }
}
