import { assertNever } from '../base/assert-never.ts';
import type { Clock, Millis } from '../base/clock.ts';
import type { DnsAnswer, DnsQuestion } from '../base/dns.ts';
import type { DnsQuery } from './dns-query.ts';

export type DnsAnswered = (answer: DnsAnswer) => void;

export interface DnsCacheLimits {
  /** Answers remembered; beyond, the one asked for least lately is dropped. */
  readonly answers: number;
  /** Questions under way at once; beyond, the answer is `failed: overloaded`. */
  readonly underWay: number;
  /** The bounds of an answer's life in ms, whatever its TTL says. */
  readonly minLife: Millis;
  readonly maxLife: Millis;
  /** The life of an answer whose TTL node:dns does not tell: SRV and NAPTR. */
  readonly lifeWithoutTtl: Millis;
  /** The life of "there is none". */
  readonly negativeLife: Millis;
  /** How long after its life an answer is still given while no server answers (RFC 8767). */
  readonly staleLife: Millis;
  /** How long a server is waited for when there is a stale answer to give instead. */
  readonly patience: Millis;
  /** How long after a failure nobody is asked again. */
  readonly failurePause: Millis;
}

export const DEFAULT_DNS_CACHE_LIMITS: DnsCacheLimits = {
  answers: 10_000,
  underWay: 1000,
  minLife: 1000,
  maxLife: 60_000,
  lifeWithoutTtl: 30_000,
  negativeLife: 5000,
  staleLife: 3_600_000,
  patience: 250,
  failurePause: 2000,
};

interface Remembered {
  readonly answer: DnsAnswer;
  readonly freshUntil: Millis;
  /** Given until then if nothing newer can be had. */
  readonly usableUntil: Millis;
}

interface UnderWay {
  readonly waiting: DnsAnswered[];
  timer: NodeJS.Timeout | undefined;
}

/**
 * DNS answers for the call path: remembered for their TTL within bounds, asked for once however many calls
 * wait, and kept for an hour past that, because a call must not be lost when only the name server is.
 */
export class DnsResolver {
  readonly #query: DnsQuery;
  readonly #clock: Clock;
  readonly #limits: DnsCacheLimits;
  /** In the order of last use. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #underWay = new Map<string, UnderWay>();

  constructor(query: DnsQuery, clock: Clock, limits: DnsCacheLimits = DEFAULT_DNS_CACHE_LIMITS) {
    this.#query = query;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How many answers are remembered. */
  get remembered(): number {
    return this.#remembered.size;
  }

  /** `answered` is called exactly once: before this returns when the answer is known already. */
  resolve(question: DnsQuestion, answered: DnsAnswered): void {
    const name = question.name.toLowerCase();
    const key = `${question.type} ${name}`;
    const known = this.#use(key);
    if (known !== undefined && known.freshUntil > this.#clock.now()) {
      answered(known.answer);
      return;
    }
    const already = this.#underWay.get(key);
    if (already !== undefined) {
      already.waiting.push(answered);
      // Patience ended without an answer: who asks now has waited long enough, with the others.
      if (known !== undefined && already.timer === undefined) this.#tell(already, known.answer);
      return;
    }
    if (this.#underWay.size >= this.#limits.underWay) {
      answered(known?.answer ?? { kind: 'failed', cause: 'overloaded' });
      return;
    }
    const asking: UnderWay = { waiting: [answered], timer: undefined };
    this.#underWay.set(key, asking);
    if (known !== undefined) {
      asking.timer = setTimeout(() => {
        asking.timer = undefined;
        this.#tell(asking, known.answer);
      }, this.#limits.patience);
    }
    this.#query({ type: question.type, name }, ({ answer, ttl }) => {
      this.#underWay.delete(key);
      clearTimeout(asking.timer);
      this.#tell(asking, this.#remember(key, answer, ttl));
    });
  }

  /** Takes in what a server answered and returns what to give: an older answer where there was a failure. */
  #remember(key: string, answer: DnsAnswer, ttl: number | undefined): DnsAnswer {
    const now = this.#clock.now();
    const { minLife, maxLife, lifeWithoutTtl, negativeLife, staleLife, failurePause } = this.#limits;
    switch (answer.kind) {
      case 'failed': {
        const older = this.#use(key);
        const freshUntil = now + failurePause;
        if (older === undefined || older.answer.kind === 'failed') {
          this.#keep(key, { answer, freshUntil, usableUntil: freshUntil });
          return answer;
        }
        this.#keep(key, { ...older, freshUntil: Math.min(freshUntil, older.usableUntil) });
        return older.answer;
      }
      case 'none':
        this.#keep(key, { answer, freshUntil: now + negativeLife, usableUntil: now + negativeLife });
        return answer;
      case 'addresses':
      case 'srv':
      case 'naptr': {
        const life = ttl === undefined ? lifeWithoutTtl : Math.min(Math.max(ttl * 1000, minLife), maxLife);
        this.#keep(key, { answer, freshUntil: now + life, usableUntil: now + life + staleLife });
        return answer;
      }
      default:
        return assertNever(answer);
    }
  }

  /** What is remembered and may still be given, moved to the end of the order of use. */
  #use(key: string): Remembered | undefined {
    const known = this.#remembered.get(key);
    if (known === undefined) return undefined;
    this.#remembered.delete(key);
    if (known.usableUntil <= this.#clock.now()) return undefined;
    this.#remembered.set(key, known);
    return known;
  }

  #keep(key: string, entry: Remembered): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, entry);
    if (this.#remembered.size <= this.#limits.answers) return;
    for (const longestUnused of this.#remembered.keys()) {
      this.#remembered.delete(longestUnused);
      return;
    }
  }

  #tell(asking: UnderWay, answer: DnsAnswer): void {
    for (const answered of asking.waiting.splice(0)) answered(answer);
  }
}
