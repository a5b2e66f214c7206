import { describe, expect, test } from 'vitest';
import { callId } from '../domain/ids.ts';
import { SignedRoutes } from './signed-routes.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY;

const signed = new SignedRoutes('a key');
const dialog = {
  sipCallId: 'x@carrier',
  callerTag: 'caller',
  call: callId('boot-1'),
  caller: '198.51.100.1',
  callee: 'pbx.example.com:5070',
  calleeIsFlow: false,
};
const user = signed.dialogUser(dialog, NOW);
const fromCaller = { callId: 'x@carrier', fromTag: 'caller', toTag: 'callee' };
const fromCallee = { callId: 'x@carrier', fromTag: 'callee', toTag: 'caller' };

describe('A Record-Route of ours says which dialog it is for and where that leads', () => {
  test('requests of the caller go to the callee, those of the callee to the caller', () => {
    expect(signed.readDialogUser(user, fromCaller, NOW)).toEqual({
      call: 'boot-1',
      end: 'pbx.example.com:5070',
      isFlow: false,
    });
    expect(signed.readDialogUser(user, fromCallee, NOW)).toEqual({
      call: 'boot-1',
      end: '198.51.100.1',
      isFlow: false,
    });
  });

  test('a PBX behind a NAT is reached along its flow, the caller never', () => {
    const bound = signed.dialogUser({ ...dialog, calleeIsFlow: true }, NOW);
    expect(signed.readDialogUser(bound, fromCaller, NOW)?.isFlow).toBe(true);
    expect(signed.readDialogUser(bound, fromCallee, NOW)?.isFlow).toBe(false);
  });

  test('it is a legal user part whatever the ends are', () => {
    const odd = signed.dialogUser({ ...dialog, caller: '[2001:db8::1]:5070' }, NOW);
    expect(odd).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(signed.readDialogUser(odd, fromCallee, NOW)?.end).toBe('[2001:db8::1]:5070');
  });

  test.each(['192.0.2.7', '192.0.2.7:5080', '[2001:db8::c:f]', 'under_score.example:5070', 'odd!host%x'])(
    'the end %s comes back as it was',
    (end) => {
      const there = signed.dialogUser({ ...dialog, callee: end }, NOW);
      const back = signed.dialogUser({ ...dialog, caller: end }, NOW);
      expect(there + back).toMatch(/^[A-Za-z0-9._-]+$/);
      expect(signed.readDialogUser(there, fromCaller, NOW)?.end).toBe(end);
      expect(signed.readDialogUser(back, fromCallee, NOW)?.end).toBe(end);
    },
  );

  test('with another callee it is as if it had been made so', () => {
    const other = signed.dialogUser({ ...dialog, callee: '[2001:db8::1]:5070' }, NOW);
    expect(signed.withCallee(user, '[2001:db8::1]:5070', 'x@carrier', 'caller')).toBe(other);
  });

  test('another trunk server with the same key reads it, one with another key does not', () => {
    expect(new SignedRoutes('a key').readDialogUser(user, fromCaller, NOW)).toBeDefined();
    expect(new SignedRoutes('b key').readDialogUser(user, fromCaller, NOW)).toBeUndefined();
  });

  test.each([
    ['another Call-ID', user, { ...fromCaller, callId: 'y@carrier' }],
    ['tags of another dialog', user, { ...fromCaller, fromTag: 'new', toTag: 'zz' }],
    ['another end', user.replace('pbx.example.com', 'victim.example'), fromCaller],
    ['a cut signature', user.slice(0, -1), fromCaller],
    ['no signature', 'd.boot-1.a.b.c', fromCaller],
    ['a hand-over mark', signed.handOverUser('x@carrier', 'caller', 1, dialog.call), fromCaller],
    ['nothing', '', fromCaller],
  ])('it is refused with %s', (_, presented, request) => {
    expect(signed.readDialogUser(presented, request, NOW)).toBeUndefined();
  });

  test('it is good for a week', () => {
    expect(signed.readDialogUser(user, fromCaller, NOW + 7 * DAY)).toBeDefined();
    expect(signed.readDialogUser(user, fromCaller, NOW + 8 * DAY)).toBeUndefined();
  });
});

describe('A hand-over mark is for one INVITE', () => {
  const mark = signed.handOverUser('x@carrier', 'caller', 1, dialog.call);

  test('it names the call at the trunk server that hands over', () => {
    expect(signed.readHandOverUser(mark, 'x@carrier', 'caller', 1)).toBe('boot-1');
  });

  test.each([
    ['Call-ID', 'y@carrier', 'caller', 1],
    ['From tag', 'x@carrier', 'other', 1],
    ['CSeq', 'x@carrier', 'caller', 2],
  ])('another %s makes it worthless', (_, sipCallId, fromTag, cseq) => {
    expect(signed.readHandOverUser(mark, sipCallId, fromTag, cseq)).toBeUndefined();
  });

  test('a Record-Route is none', () => {
    expect(signed.readHandOverUser(user, 'x@carrier', 'caller', 1)).toBeUndefined();
  });
});
