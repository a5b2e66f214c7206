import type { Millis } from '../base/clock.ts';
import type { Flow } from '../base/flow.ts';
import type { Random } from '../base/random.ts';
import type { Timers } from '../base/timers.ts';
import type { Binding } from '../domain/binding.ts';
import type { TrunkGroupId } from '../domain/ids.ts';
import type { EdgeStart } from '../link/messages.ts';
import type { SipRequest } from '../sip/message/message.ts';
import type { RoutingTable } from './routing-table.ts';
import type { Spooler } from './spooler.ts';
import type { Target } from './targets.ts';

export interface RegisterAnswer {
  readonly status: number;
  readonly reason?: string;
  readonly headers: string;
}

export class Registrations {
  constructor(_start: EdgeStart, _random: Random, _spooler: Spooler, _timers: Timers, _now: Millis) {}
  get size(): number {
    return 0;
  }
  has(_group: TrunkGroupId, _now: Millis): boolean {
    return false;
  }
  targets(_group: TrunkGroupId, _now: Millis): Target[] {
    return [];
  }
  bindings(_group: TrunkGroupId, _now: Millis): Binding[] {
    return [];
  }
  restore(_bindings: readonly Binding[], _now: Millis): void {}
  register(_request: SipRequest, _source: Flow, _table: RoutingTable, _now: Millis): RegisterAnswer {
    return { status: 503, headers: '' };
  }
}
