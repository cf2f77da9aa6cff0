import type { HookSystem } from "../connections/hook-receiver.ts";
import type { ChannelName } from "../delivery/channel-name.ts";

/** Whoever sends events: channels, and outside systems that call back. */
export type EventSource = ChannelName | HookSystem;
