import { nativeCalls } from '../net/native-socket.ts';

/** In ns. The kernel takes nothing shorter. */
const SHORTEST = 100_000n;

/** The numbers of sched_getattr(2) and sched_setattr(2): not every C library has functions for them. */
const SYSTEM_CALLS: { readonly [architecture: string]: { readonly get: bigint; readonly set: bigint } } = {
  x64: { get: 315n, set: 314n },
  arm64: { get: 275n, set: 274n },
};

// struct sched_attr in its first version; what is not named here stays as it is.
const SIZE = 48;
const RUNTIME = 24;

const THIS_THREAD = 0n;
const NO_FLAGS = 0n;

/**
 * Asks the scheduler for short turns on a core for the thread that calls it (decision 030): since Linux 6.12 a thread that
 * wakes goes before one that is in the middle of a longer turn. Gives how long its turns are, in ns; undefined where that
 * cannot be asked for. Nothing else of its priority changes.
 */
export async function takeShortTurns(): Promise<bigint | undefined> {
  const ffi = await nativeCalls();
  const calls = SYSTEM_CALLS[process.arch];
  if (ffi === undefined || calls === undefined) return undefined;
  const attributes = new DataView(new ArrayBuffer(SIZE));
  const at = ffi.getRawPointer(attributes);
  try {
    const library = new ffi.DynamicLibrary(null);
    // Its arguments are of the C type long, which is as wide as a pointer.
    const call = library.getFunction('syscall', {
      arguments: ['pointer', 'pointer', 'pointer', 'pointer', 'pointer'],
      return: 'int32',
    });
    if (call(calls.get, THIS_THREAD, at, BigInt(SIZE), NO_FLAGS) !== 0) return undefined;
    attributes.setBigUint64(RUNTIME, SHORTEST, true);
    if (call(calls.set, THIS_THREAD, at, NO_FLAGS, NO_FLAGS) !== 0) return undefined;
    return call(calls.get, THIS_THREAD, at, BigInt(SIZE), NO_FLAGS) === 0
      ? attributes.getBigUint64(RUNTIME, true)
      : undefined;
  } catch {
    // A C library without it.
    return undefined;
  }
}
