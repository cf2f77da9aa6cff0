/** Stops the run's database, if any test file asked for it. */
export default async function teardown(): Promise<void> {
  await globalThis.expertTestDatabase?.close();
}
