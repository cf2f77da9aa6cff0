// The least botbuilder app that Teams is content with: botbuilder's own adapter with its check of the token, on Node's
// server, and a bot that does nothing. Nothing is stored. It is told the app and the issuer, and answers with its port.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from "botbuilder";
import { AuthenticationConstants } from "botframework-connector";
import { CallerIdConstants } from "botframework-schema";
import type { BotbuilderOrder } from "./bare-botbuilder.ts";

process.once("message", ({ appId, issuer }: BotbuilderOrder) => {
  const adapter = new CloudAdapter(
    new ConfigurationBotFrameworkAuthentication({
      MicrosoftAppId: appId,
      MicrosoftAppPassword: "only-for-tests",
      MicrosoftAppType: "MultiTenant",
      ToChannelFromBotLoginUrl: AuthenticationConstants.ToChannelFromBotLoginUrl,
      ToChannelFromBotOAuthScope: AuthenticationConstants.ToChannelFromBotOAuthScope,
      ToBotFromChannelTokenIssuer: issuer.TEAMS_TOKEN_ISSUER,
      OAuthUrl: AuthenticationConstants.OAuthUrl,
      ToBotFromChannelOpenIdMetadataUrl: issuer.TEAMS_OPENID_METADATA_URL,
      ToBotFromEmulatorOpenIdMetadataUrl: AuthenticationConstants.ToBotFromEmulatorOpenIdMetadataUrl,
      CallerId: CallerIdConstants.PublicAzureChannel,
      ValidateAuthority: true,
    }),
  );
  const server = createServer((request, response) => {
    answer(adapter, request, response).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
});

async function answer(
  adapter: CloudAdapter,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
  const { headers, method = "" } = request;
  // What botbuilder knows of Express.
  const told = {
    socket: response.socket,
    header: (name: string, value: string) => response.setHeader(name, value),
    status: (code: number) => (response.statusCode = code),
    send: (said: unknown) => response.write(JSON.stringify(said)),
    end: () => response.end(),
  };
  await adapter.process({ headers, method, body }, told, () => Promise.resolve());
}
