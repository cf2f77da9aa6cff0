import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import { LiveTurnsContext } from "../ask/live-turns-context.ts";
import type { LiveTurns } from "../ask/live-turns.ts";
import { colorSchemes } from "../theme/color-scheme.ts";
import { cssVariables, theme } from "../theme/theme.ts";
import { CrashBoundary } from "./crash-boundary.tsx";
import { PageRoutes } from "./page-routes.tsx";

interface AppProps {
  readonly queryClient: QueryClient;
  readonly liveTurns: LiveTurns;
}

export function App({ queryClient, liveTurns }: AppProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
    >
      <CrashBoundary>
        <QueryClientProvider client={queryClient}>
          <LiveTurnsContext value={liveTurns}>
            <BrowserRouter>
              <Notifications position="bottom-right" limit={4} />
              <PageRoutes />
            </BrowserRouter>
          </LiveTurnsContext>
        </QueryClientProvider>
      </CrashBoundary>
    </MantineProvider>
  );
}
