import { localStorageColorSchemeManager } from "@mantine/core";

export const colorSchemes = localStorageColorSchemeManager({ key: "the-expert.color-scheme" });

/** Sets the scheme before the first paint; a bundled module, since the page allows no inline scripts. */
export function applyColorScheme(): void {
  const chosen = colorSchemes.get("auto");
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["mantineColorScheme"] = dark ? "dark" : "light";
}
