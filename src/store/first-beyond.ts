/** Of rows in the order in which they are to be kept, the first that is one too many or one too large; undefined where all fit. */
export function firstBeyond<R extends { readonly size: number }>(
  rows: readonly R[],
  most: number,
  mostSize: number,
): R | undefined {
  let size = 0;
  return rows.find((row, index) => {
    size += row.size;
    return index >= most || size > mostSize;
  });
}
