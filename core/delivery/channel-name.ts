export const channelNames = ["web", "slack", "teams"] as const;
export type ChannelName = (typeof channelNames)[number];
