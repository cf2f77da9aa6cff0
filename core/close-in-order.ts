export type Closer = () => Promise<unknown>;

/**
 * Closes what was opened, last opened first, and empties the list: whatever is called again does nothing. One that
 * throws keeps none of the others open; the first error is thrown in the end.
 */
export async function closeInOrder(closers: Closer[]): Promise<void> {
  const errors: unknown[] = [];
  for (const closer of closers.splice(0).toReversed()) {
    try {
      await closer();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
