/**
 * How phone numbers are written at home, as far as a trunk server needs it to complete what a carrier sends.
 * libphonenumber knows far more, but is not loaded by a trunk server; the test beside this file holds the
 * table against it.
 */
export interface DialPlan {
  /** The country calling code (ITU-T E.164 list of assigned country codes). */
  readonly callingCode: string;
  /** Dialled before a national number; empty where there is none. */
  readonly nationalPrefix: string;
  /** Digits of an ordinary national number where there is no national prefix to tell one by; else 0. */
  readonly nationalLength: number;
}

export const NANP: DialPlan = { callingCode: '1', nationalPrefix: '1', nationalLength: 10 };

/** The countries of the North American Numbering Plan. */
const NANP_COUNTRIES = 'AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT US VC VG VI';

/** country:calling code, grouped by national prefix. */
const WITH_NATIONAL_PREFIX: readonly (readonly [prefix: string, countries: string])[] = [
  [
    '0',
    'AE:971 AF:93 AL:355 AM:374 AR:54 AT:43 AU:61 AX:358 AZ:994 BA:387 BD:880 BE:32 BG:359 BL:590 ' +
      'BO:591 BR:55 CC:61 CD:243 CH:41 CN:86 CO:57 CU:53 CX:61 DE:49 DZ:213 EC:593 EG:20 EH:212 ER:291 ' +
      'ET:251 FI:358 FR:33 GB:44 GE:995 GF:594 GG:44 GH:233 GP:590 HR:385 ID:62 IE:353 IL:972 IM:44 ' +
      'IN:91 IQ:964 IR:98 JE:44 JO:962 JP:81 KE:254 KG:996 KH:855 KI:686 KP:850 KR:82 LA:856 LB:961 ' +
      'LI:423 LK:94 LR:231 LT:370 LY:218 MA:212 MC:377 MD:373 ME:382 MF:590 MG:261 MK:389 MM:95 MN:976 ' +
      'MQ:596 MW:265 MY:60 NA:264 NG:234 NL:31 NP:977 NZ:64 PE:51 PH:63 PK:92 PM:508 PS:970 PY:595 ' +
      'RE:262 RO:40 RS:381 RW:250 SA:966 SD:249 SE:46 SI:386 SK:421 SL:232 SO:252 SS:211 SY:963 TH:66 ' +
      'TR:90 TW:886 TZ:255 UA:380 UG:256 UY:598 VE:58 VN:84 XK:383 YE:967 YT:262 ZA:27 ZM:260 ZW:263',
  ],
  ['1', 'MH:692'],
  ['8', 'BY:375 KZ:7 RU:7 TM:993'],
  ['06', 'HU:36'],
];

/** country:calling code:length of a mobile number. Here a national number is dialled as it is. */
const WITHOUT_NATIONAL_PREFIX =
  'AC:247:5 AD:376:6 AO:244:9 AW:297:7 BF:226:8 BH:973:8 BI:257:8 BJ:229:10 BN:673:7 BQ:599:7 ' +
  'BT:975:8 BW:267:8 BZ:501:7 CF:236:8 CG:242:9 CI:225:10 CK:682:5 CL:56:9 CM:237:9 CR:506:8 ' +
  'CV:238:7 CW:599:8 CY:357:8 CZ:420:9 DJ:253:8 DK:45:8 EE:372:8 ES:34:9 FJ:679:7 FK:500:5 FM:691:7 ' +
  'FO:298:6 GA:241:8 GI:350:8 GL:299:6 GM:220:7 GN:224:9 GQ:240:9 GR:30:10 GT:502:8 GW:245:9 ' +
  'GY:592:7 HK:852:8 HN:504:8 HT:509:8 IO:246:7 IS:354:7 IT:39:10 KM:269:7 KW:965:8 LS:266:8 ' +
  'LU:352:9 LV:371:8 ML:223:8 MO:853:8 MR:222:8 MT:356:8 MU:230:8 MV:960:7 MX:52:10 MZ:258:9 ' +
  'NC:687:6 NE:227:8 NF:672:6 NI:505:8 NO:47:8 NR:674:7 NU:683:7 OM:968:8 PA:507:8 PF:689:8 ' +
  'PG:675:8 PL:48:9 PT:351:9 PW:680:7 QA:974:8 SB:677:7 SC:248:7 SG:65:8 SH:290:5 SJ:47:8 SM:378:8 ' +
  'SN:221:9 SR:597:7 ST:239:7 SV:503:8 SZ:268:8 TA:290:4 TD:235:8 TG:228:8 TJ:992:9 TK:690:4 ' +
  'TL:670:8 TN:216:8 TO:676:7 TV:688:6 UZ:998:9 VA:39:10 VU:678:7 WF:681:6 WS:685:7';

const PLANS: ReadonlyMap<string, DialPlan> = plans();

function plans(): Map<string, DialPlan> {
  const all = new Map<string, DialPlan>();
  for (const country of NANP_COUNTRIES.split(' ')) all.set(country, NANP);
  for (const [nationalPrefix, countries] of WITH_NATIONAL_PREFIX) {
    for (const row of countries.split(' ')) {
      const [country = '', callingCode = ''] = row.split(':');
      all.set(country, { callingCode, nationalPrefix, nationalLength: 0 });
    }
  }
  for (const row of WITHOUT_NATIONAL_PREFIX.split(' ')) {
    const [country = '', callingCode = '', length] = row.split(':');
    all.set(country, { callingCode, nationalPrefix: '', nationalLength: Number(length) });
  }
  return all;
}

/** The dial plan of an ISO 3166 country (two capitals); undefined for what is none. */
export function dialPlanOf(country: string): DialPlan | undefined {
  return PLANS.get(country);
}
