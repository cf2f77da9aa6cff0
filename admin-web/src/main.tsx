import "./api/parse-without-eval.ts";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@fontsource-variable/inter";
import "@fontsource-variable/noto-sans-thai";
import "./theme/page.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { send } from "./api/http-client.ts";
import { createQueryClient } from "./api/query-client.ts";
import { createLiveTurns } from "./ask/live-turns.ts";
import { startLanguages } from "./locales/languages.ts";
import { applyColorScheme } from "./theme/color-scheme.ts";

applyColorScheme();
await startLanguages();

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root element.");
const queryClient = createQueryClient();
createRoot(root).render(
  <App queryClient={queryClient} liveTurns={createLiveTurns({ client: queryClient, send })} />,
);
