export const channelNames = ["web", "slack", "teams", "mail"] as const;
export type ChannelName = (typeof channelNames)[number];
