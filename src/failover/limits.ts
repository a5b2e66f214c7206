/** How many addresses are called, at most, before the number. */
export const HUNT_ADDRESSES = 4;

/** How long the hunt before the number may take, in milliseconds; time in which a target rang not counted. */
export const HUNT_TIME = 16_000;

/** How long an address is given, in milliseconds, while the name that led to it has another one (RFC 3263 4.3). */
export const NEXT_ADDRESS = 2_000;

/**
 * With less than this left of the hunt, in milliseconds, no other target is started: it is T1, so not even
 * one retransmission would reach it (RFC 3261 17.1.1.2).
 */
export const LEAST_TARGET_TIME = 500;
