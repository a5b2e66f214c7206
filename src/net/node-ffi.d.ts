/**
 * What is used of node:ffi, which @types/node does not know for the oldest Node that we run on. The types of a native
 * function follow from its signature.
 */
declare module 'node:ffi' {
  type NativeType = 'void' | 'int32' | 'uint32' | 'pointer';
  type Value<T extends NativeType> = T extends 'void' ? undefined : T extends 'pointer' ? bigint : number;
  type Values<T extends readonly NativeType[]> = { [K in keyof T]: Value<T[K]> };

  interface Signature<A extends readonly NativeType[], R extends NativeType> {
    readonly arguments: A;
    readonly return: R;
  }

  class DynamicLibrary {
    /** null: the process itself with all that it has loaded. */
    constructor(path: string | null);
    getFunction<const A extends readonly NativeType[], const R extends NativeType>(
      name: string,
      signature: Signature<A, R>,
    ): (...values: Values<A>) => Value<R>;
    getSymbol(name: string): bigint;
    registerCallback<const A extends readonly NativeType[]>(
      signature: Signature<A, 'void'>,
      callback: (...values: Values<A>) => void,
    ): bigint;
    unregisterCallback(callback: bigint): void;
  }

  /** The text that ends with NUL at `pointer`. */
  // biome-ignore lint/suspicious/noShadowRestrictedNames: so it is called
  function toString(pointer: bigint): string | null;
  function getRawPointer(memory: ArrayBuffer | ArrayBufferView): bigint;
  /** The uv_loop_t of this thread. */
  function getCurrentEventLoop(): bigint;
}

/** Methods of a Buffer that Node has always had and does not document: they need not look up the encoding. */
interface Buffer {
  latin1Slice(start: number, end: number): string;
  latin1Write(text: string, offset: number, length: number): number;
}
