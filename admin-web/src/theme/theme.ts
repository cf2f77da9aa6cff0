import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** The one accent. Shade 7 carries white text at 6.4:1. */
const pine: MantineColorsTuple = [
  "#eef8f5",
  "#dcf0ea",
  "#b6ded3",
  "#8dccbb",
  "#68bba5",
  "#3f9f87",
  "#26866f",
  "#146c59",
  "#0f5a4a",
  "#0a4337",
];
const gray: MantineColorsTuple = [
  "#f7f8f7",
  "#f0f2f1",
  "#e6e9e7",
  "#d9dddb",
  "#c3c9c6",
  "#8b9490",
  "#5c6461",
  "#454c49",
  "#2f3533",
  "#1b201e",
];
const dark: MantineColorsTuple = [
  "#dce1de",
  "#bcc3c0",
  "#a0a9a5",
  "#7d8682",
  "#414846",
  "#2f3533",
  "#242928",
  "#191d1c",
  "#131615",
  "#0d0f0f",
];

/** Shades 6 to 9 are readable as text on white, shade 4 on the dark body. */
const red: MantineColorsTuple = [
  "#fdf1ef",
  "#fbe2de",
  "#f5c2bb",
  "#f3a79d",
  "#ff9a94",
  "#dc5a50",
  "#c43a31",
  "#b42323",
  "#991b1b",
  "#7a1616",
];

export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: 7,
  colors: { pine, gray, dark, red },
  black: "#1b201e",
  fontFamily: '"Inter Variable", "Noto Sans Thai Variable", system-ui, sans-serif',
  headings: {
    fontFamily: '"Inter Variable", "Noto Sans Thai Variable", system-ui, sans-serif',
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.625rem", lineHeight: "1.3" },
      h2: { fontSize: "1.1875rem", lineHeight: "1.4" },
      h3: { fontSize: "1rem", lineHeight: "1.45" },
    },
  },
  defaultRadius: "md",
  radius: { sm: "6px", md: "10px", lg: "14px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // The placeholder is no menu item, which the role menu does not allow.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});

/** Mantine's dimmed, placeholder and error colours fall under 4.5:1; these do not, in either scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": gray[6],
    "--mantine-color-placeholder": gray[6],
    "--mantine-color-error": "#b42323",
    "--mantine-color-default-border": gray[3],
    "--expert-edge": gray[2],
    "--expert-pane": gray[0],
    "--expert-question": gray[1],
    "--expert-neutral": gray[1],
    "--expert-good": "#e1f2ec",
    "--expert-good-text": "#0d4d3f",
    "--expert-fair": "#fbf1d6",
    "--expert-fair-text": "#5c4500",
    "--expert-bad": "#fbe6e1",
    "--expert-bad-text": "#7a2616",
    "--expert-mark": "#fdeeb3",
    "--expert-mark-text": "#3a2f00",
  },
  dark: {
    "--mantine-color-dimmed": dark[2],
    "--mantine-color-placeholder": dark[2],
    "--mantine-color-error": "#ff9a94",
    "--mantine-color-anchor": pine[3],
    "--mantine-color-pine-light": "#17392f",
    "--mantine-color-pine-light-hover": "#1d473b",
    "--mantine-color-pine-light-color": pine[1],
    "--expert-edge": dark[5],
    "--expert-pane": dark[8],
    "--expert-question": dark[6],
    "--expert-neutral": dark[5],
    "--expert-good": "#12382f",
    "--expert-good-text": "#bfe8dc",
    "--expert-fair": "#3d3310",
    "--expert-fair-text": "#f3dfa0",
    "--expert-bad": "#43231c",
    "--expert-bad-text": "#f8c4b8",
    "--expert-mark": "#5a4a0a",
    "--expert-mark-text": "#fff3c4",
  },
});
