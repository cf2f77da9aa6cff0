/** Stops the run's database, if any test file asked for it, and what else was offered. */
export default async function teardown(): Promise<void> {
  for (const offer of globalThis.expertTestOffers ?? []) await offer.close();
}
