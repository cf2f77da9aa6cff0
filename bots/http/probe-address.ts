import express from "express";
import { listen } from "./listen.ts";

/** Throws `configuration_invalid` where the address cannot be listened on: to be known before anything is started. */
export async function probeAddress(address: { readonly host: string; readonly port: number }): Promise<void> {
  const probe = await listen(express(), address);
  await probe.close();
}
