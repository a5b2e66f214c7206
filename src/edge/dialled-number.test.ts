import { expect, test } from 'vitest';
import { parseMessage } from '../sip/message/parse.ts';
import { dialledNumber } from './dialled-number.ts';

function dialled(uri: string): string | undefined {
  const message = parseMessage(
    `INVITE ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n`,
  );
  return message.kind === 'request' ? dialledNumber(message) : undefined;
}

test.each([
  ['sip:5125550130@a', '5125550130'],
  ['sip:+15125550130@a;user=phone', '+15125550130'],
  ['sip:%35125550130@a', '5125550130'],
  ['sip:%2B15125550130@a;user=phone', '+15125550130'],
  ['sip:+15125550130;npdi@a', '+15125550130;npdi'],
  ['sip:5125550130;phone-context=+44@a;user=phone', '+445125550130'],
  ['sip:+15125550130;phone-context=+44@a;user=phone', '+15125550130;phone-context=+44'],
  ['sip:5125550130;phone-context=example.com@a;user=phone', '5125550130;phone-context=example.com'],
  ['tel:+1-512-555-0130', '+1-512-555-0130'],
  ['tel:5550130;phone-context=+1512', '+15125550130'],
  ['tel:5125550130;phone-context=+44', '+445125550130'],
  ['tel:5125550130;phone-context=example.com', '5125550130'],
  ['sip:a', ''],
])('%s asks for %j', (uri, number) => {
  expect(dialled(uri)).toBe(number);
});
