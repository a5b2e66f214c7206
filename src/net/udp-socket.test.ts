import { describe, expect, test } from 'vitest';
import { type Flow, UdpFlows } from '../base/flow.ts';
import { type DatagramEvents, MAX_DATAGRAM } from './datagram-socket.ts';
import { nativeCalls } from './native-socket.ts';
import { describeBindError, type SendError } from './socket-error.ts';
import { UdpSocket } from './udp-socket.ts';

/** Hands out what arrives, one datagram for each `next()`. */
class Inbox implements DatagramEvents {
  readonly #waiting: ((datagram: { text: string; flow: Flow }) => void)[] = [];
  readonly failures: SendError[] = [];

  received(text: string, flow: Flow): void {
    this.#waiting.shift()?.({ text, flow });
  }

  allReceived(): void {}

  failed(error: SendError): void {
    this.failures.push(error);
  }

  next(): Promise<{ text: string; flow: Flow }> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

const hasNativeCalls = (await nativeCalls()) !== undefined;

/** One contract for both ways of a datagram. */
describe.each([true, false])('UdpSocket, direct: %s', (direct) => {
  async function bound(address: string, events: DatagramEvents, flows = new UdpFlows()): Promise<UdpSocket> {
    const socket = await UdpSocket.bind(address, 0, flows, events, direct);
    if (!socket.ok) throw new Error(describeBindError(socket.error));
    return socket.value;
  }

  test('goes the way that it is asked to go', async () => {
    const ipv4 = await bound('127.0.0.1', new Inbox());
    const ipv6 = await bound('::1', new Inbox());
    expect(ipv4.isDirect).toBe(direct && hasNativeCalls);
    expect(ipv6.isDirect).toBe(false);
    ipv4.close();
    ipv6.close();
  });

  test.each(['127.0.0.1', '::1'])('carries every byte value unchanged over %s', async (address) => {
    const inbox = new Inbox();
    const flows = new UdpFlows();
    const receiver = await bound(address, inbox, flows);
    const sender = await bound(address, new Inbox());
    let text = '';
    for (let code = 0; code < 256; code += 1) text += String.fromCharCode(code);
    const arrival = inbox.next();
    sender.send({ transport: 'UDP', address, port: receiver.port }, text);
    const datagram = await arrival;
    expect(datagram.text).toBe(text);
    expect(datagram.flow).toEqual({ transport: 'UDP', address, port: sender.port });
    expect(datagram.flow).toBe(flows.of(address, sender.port));
    sender.close();
    receiver.close();
  });

  test('answers along the flow that a datagram came by', async () => {
    const serverInbox = new Inbox();
    const server = await bound('127.0.0.1', serverInbox);
    const peerInbox = new Inbox();
    const peer = await bound('127.0.0.1', peerInbox);
    const asked = serverInbox.next();
    peer.send({ transport: 'UDP', address: '127.0.0.1', port: server.port }, 'ping');
    const answered = peerInbox.next();
    server.send((await asked).flow, 'pong');
    expect((await answered).text).toBe('pong');
    peer.close();
    server.close();
  });

  test('a port in use is refused with a sentence that says so', async () => {
    const first = await bound('127.0.0.1', new Inbox());
    const second = await UdpSocket.bind('127.0.0.1', first.port, new UdpFlows(), new Inbox(), direct);
    expect(second).toEqual({ ok: false, error: { kind: 'inUse', address: '127.0.0.1', port: first.port } });
    if (!second.ok) {
      expect(describeBindError(second.error)).toBe(
        `127.0.0.1:${first.port} is in use by another program: stop it, or choose another port.`,
      );
    }
    first.close();
  });

  test('an address of no interface is refused', async () => {
    const socket = await UdpSocket.bind('192.0.2.1', 0, new UdpFlows(), new Inbox());
    expect(socket).toEqual({ ok: false, error: { kind: 'notOurAddress', address: '192.0.2.1', port: 0 } });
  });

  test.each([
    ['a name', 'localhost', 5060],
    ['brackets', '[::1]', 5060],
    ['a port past the last', '127.0.0.1', 65_536],
    ['a negative port', '127.0.0.1', -1],
  ])('%s instead of an address and port is refused', async (_case, address, port) => {
    const socket = await UdpSocket.bind(address, port, new UdpFlows(), new Inbox());
    expect(socket).toEqual({ ok: false, error: { kind: 'badAddress', address, port } });
  });

  test('the largest datagram is sent, a larger one is reported', async () => {
    const inbox = new Inbox();
    const receiver = await bound('127.0.0.1', inbox);
    const sender = await bound('127.0.0.1', new Inbox());
    const flow: Flow = { transport: 'UDP', address: '127.0.0.1', port: receiver.port };
    const arrival = inbox.next();
    const failure = new Promise<SendError>((resolve) => {
      sender.send(flow, 'x'.repeat(MAX_DATAGRAM + 1), (_flow, error) => resolve(error));
    });
    sender.send(flow, 'y'.repeat(MAX_DATAGRAM));
    expect(await failure).toEqual({ kind: 'tooLarge', bytes: MAX_DATAGRAM + 1 });
    expect((await arrival).text).toBe('y'.repeat(MAX_DATAGRAM));
    sender.close();
    receiver.close();
  });

  test('an address that cannot be sent to is reported to who asked for it, with the flow', async () => {
    const sender = await bound('127.0.0.1', new Inbox());
    const flow: Flow = { transport: 'UDP', address: '2001:db8::1', port: 5060 };
    const failure = await new Promise<{ flow: Flow; error: SendError }>((resolve) => {
      sender.send(flow, 'x', (to, error) => resolve({ flow: to, error }));
    });
    expect(failure.flow).toBe(flow);
    expect(failure.error.kind).toBe('system');
    sender.close();
  });

  test('a burst of hundreds of datagrams of every size comes whole and in order, and so do the answers', async () => {
    const sent = Array.from({ length: 400 }, (_, i) => `${i} `.padEnd((i * 211) % 20_000, 'x'));
    const answers: string[] = [];
    const flows = new UdpFlows();
    const echo = await bound(
      '127.0.0.1',
      { received: (text, flow) => echo.send(flow, text), allReceived: () => {}, failed: () => {} },
      flows,
    );
    const all = Promise.withResolvers<void>();
    const peer = await bound('127.0.0.1', {
      received: (text) => {
        answers.push(text);
        if (answers.length === sent.length) all.resolve();
      },
      allReceived: () => {},
      failed: () => {},
    });
    const flow = flows.of('127.0.0.1', echo.port);
    for (const text of sent) peer.send(flow, text);
    await all.promise;
    expect(answers).toEqual(sent);
    peer.close();
    echo.close();
  });

  test('what its owner puts off to a promise happens when an immediate is set', async () => {
    const put = Promise.withResolvers<string>();
    const receiver = await bound('127.0.0.1', {
      received: (text) => {
        void Promise.resolve(text).then((later) => put.resolve(later));
        setImmediate(() => {});
      },
      allReceived: () => {},
      failed: () => {},
    });
    const sender = await bound('127.0.0.1', new Inbox());
    sender.send({ transport: 'UDP', address: '127.0.0.1', port: receiver.port }, 'later');
    expect(await put.promise).toBe('later');
    sender.close();
    receiver.close();
  });

  test.each([
    ['a broadcast address', '255.255.255.255'],
    ['an address of another family', '2001:db8::1'],
  ])('whoever answers to %s hears at once that it cannot be sent', async (_case, address) => {
    const refused = Promise.withResolvers<boolean>();
    let somethingElse = false;
    const receiver = await bound('127.0.0.1', {
      received: (text) => {
        // The turn of a timer would bring the news, too, but too late.
        setTimeout(() => {
          somethingElse = true;
        }, 200);
        receiver.send({ transport: 'UDP', address, port: 5060 }, text, () => refused.resolve(somethingElse));
      },
      allReceived: () => {},
      failed: () => {},
    });
    const sender = await bound('127.0.0.1', new Inbox());
    // Until nothing else happens on the thread that would bring the news by chance.
    await new Promise((resolve) => setTimeout(resolve, 100));
    sender.send({ transport: 'UDP', address: '127.0.0.1', port: receiver.port }, 'x');
    expect(await refused.promise).toBe(false);
    sender.close();
    receiver.close();
  });

  test('the owner may close it while it receives', async () => {
    const texts: string[] = [];
    const closed = Promise.withResolvers<void>();
    const receiver = await bound('127.0.0.1', {
      received: (text) => {
        texts.push(text);
        receiver.close();
        closed.resolve();
      },
      allReceived: () => {},
      failed: () => {},
    });
    const sender = await bound('127.0.0.1', new Inbox());
    for (const text of ['one', 'two', 'three'])
      sender.send({ transport: 'UDP', address: '127.0.0.1', port: receiver.port }, text);
    await closed.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(texts).toEqual(['one']);
    sender.close();
  });

  test('what nobody waits for is kept while it is postponed, where the system can do so; the rest comes at once, and nothing is lost', async () => {
    const texts: string[] = [];
    const all = Promise.withResolvers<void>();
    const receiver = await bound('127.0.0.1', {
      received: (text) => {
        texts.push(text);
      },
      allReceived: () => {
        if (texts.includes('last')) all.resolve();
      },
      failed: () => {},
    });
    const sender = await bound('127.0.0.1', new Inbox());
    const keptWhereCan = [
      'BYE sip:a SIP/2.0\r\n\r\n',
      'ACK sip:a SIP/2.0\r\n\r\n',
      'SIP/2.0 100 Trying\r\n\r\n',
      'REGISTER sip:a SIP/2.0\r\n\r\n',
    ];
    const atOnce = [
      'INVITE sip:a SIP/2.0\r\n\r\n',
      'ACK sip:a SIP/2.0\r\n\r\nv=0\r\n',
      'SIP/2.0 180 Ringing\r\n\r\n',
      'SIP/2.0 200 OK\r\n\r\n',
      'REG',
      'SIP/2.0 1000 No\r\n\r\n',
      'BYE',
      'ACK',
      'SIP/',
      'SIP/2.0 10',
      '',
      'BYES sip:a SIP/2.0\r\n\r\n',
      'last',
    ];
    receiver.postpone(true);
    for (const text of [...keptWhereCan, ...atOnce]) {
      sender.send({ transport: 'UDP', address: '127.0.0.1', port: receiver.port }, text);
    }
    await all.promise;
    expect(texts).toEqual(receiver.postpones ? atOnce : [...keptWhereCan, ...atOnce]);
    receiver.receivePostponed();
    expect(texts.toSorted()).toEqual([...keptWhereCan, ...atOnce].toSorted());
    expect(receiver.postpones).toBe(direct && hasNativeCalls);
    receiver.close();
    sender.close();
  });

  test('what was kept comes by itself once nothing is postponed any more', async () => {
    const inbox = new Inbox();
    const receiver = await bound('127.0.0.1', inbox);
    const sender = await bound('127.0.0.1', new Inbox());
    receiver.postpone(true);
    const arrival = inbox.next();
    sender.send({ transport: 'UDP', address: '127.0.0.1', port: receiver.port }, 'BYE x\r\n\r\n');
    setTimeout(() => receiver.postpone(false), 20);
    expect((await arrival).text).toBe('BYE x\r\n\r\n');
    receiver.postpone(true);
    receiver.close();
    receiver.postpone(false);
    receiver.receivePostponed();
    sender.close();
  });

  test('sending after close does nothing', async () => {
    const inbox = new Inbox();
    const socket = await bound('127.0.0.1', inbox);
    socket.close();
    socket.close();
    socket.send({ transport: 'UDP', address: '127.0.0.1', port: 5060 }, 'x');
    expect(inbox.failures).toEqual([]);
  });
});
