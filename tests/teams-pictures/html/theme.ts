/** The themes of Teams. */
export type Theme = "light" | "dark" | "contrast";

interface Colours {
  readonly page: string;
  readonly bubble: string;
  readonly card: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly edge: string;
  readonly link: string;
  readonly emphasis: string;
  readonly main: string;
  readonly mainText: string;
}

/** Looks as Teams' clients show messages; drawn anew, with nothing of Teams' own in it. */
const colours: Readonly<Record<Theme, Colours>> = {
  light: {
    page: "#f5f5f5",
    bubble: "#ffffff",
    card: "#ffffff",
    text: "#242424",
    quiet: "#616161",
    line: "#e0e0e0",
    edge: "#d1d1d1",
    link: "#4f52b2",
    emphasis: "#f5f5f5",
    main: "#5b5fc7",
    mainText: "#ffffff",
  },
  dark: {
    page: "#1f1f1f",
    bubble: "#292929",
    card: "#292929",
    text: "#ffffff",
    quiet: "#adadad",
    line: "#3d3d3d",
    edge: "#666666",
    link: "#9299f7",
    emphasis: "#1f1f1f",
    main: "#5b5fc7",
    mainText: "#ffffff",
  },
  contrast: {
    page: "#000000",
    bubble: "#000000",
    card: "#000000",
    text: "#ffffff",
    quiet: "#ffffff",
    line: "#ffffff",
    edge: "#ffffff",
    link: "#ffff01",
    emphasis: "#000000",
    main: "#1aebff",
    mainText: "#000000",
  },
};

/** A host's settings, as the package that draws cards takes them. */
export function hostConfig(theme: Theme): object {
  const { text, quiet, card, emphasis, line, link } = colours[theme];
  const plain = { default: text, subtle: quiet };
  const foregroundColors = Object.fromEntries(
    ["default", "dark", "light", "accent", "good", "warning", "attention"].map((name) => [
      name,
      name === "accent" ? { default: link, subtle: link } : plain,
    ]),
  );
  const sizes = { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 };
  const weights = { lighter: 300, default: 400, bolder: 600 };
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: line },
    fontTypes: {
      default: { fontFamily: "var(--font)", fontSizes: sizes, fontWeights: weights },
      monospace: { fontFamily: "var(--mono)", fontSizes: sizes, fontWeights: weights },
    },
    textStyles: { heading: { size: "large", weight: "bolder" } },
    containerStyles: {
      default: { backgroundColor: card, foregroundColors },
      emphasis: { backgroundColor: emphasis, foregroundColors },
    },
    inputs: {
      label: {
        inputSpacing: "small",
        requiredInputs: { weight: "bolder", suffix: " *" },
        optionalInputs: { weight: "bolder" },
      },
    },
    actions: {
      maxActions: 6,
      spacing: "default",
      buttonSpacing: 8,
      actionsOrientation: "horizontal",
      actionAlignment: "left",
    },
    adaptiveCard: { allowCustomStyle: false },
  };
}

export const styleSheet = (theme: Theme): string => {
  const { page, bubble, text, quiet, line, edge, link, emphasis, main, mainText } = colours[theme];
  return `
:root { --page:${page}; --bubble:${bubble}; --text:${text}; --quiet:${quiet}; --line:${line}; --edge:${edge}; --link:${link}; --emphasis:${emphasis}; --main:${main}; --main-text:${mainText}; }
* { box-sizing: border-box; } html { color-scheme: ${theme === "light" ? "light" : "dark"}; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.43 var(--font); -webkit-font-smoothing: antialiased; }
b, strong { font-weight: 600; }
a { color: var(--link); text-decoration: none; }
p { margin: 0 0 8px; } p:last-child { margin: 0; }
.icon { display: block; flex: none; }
.quiet { color: var(--quiet); font-size: 12px; }
#picture { padding: 12px; background: var(--page); }
.bar { display: flex; gap: 8px; align-items: baseline; padding: 4px 4px 12px; }
.bar b { font-size: 16px; }
.message { display: grid; grid-template-columns: 32px minmax(0, 1fr); column-gap: 10px; margin-bottom: 10px; }
.message.goes-on { margin-top: -4px; }
.face { width: 32px; height: 32px; border-radius: 50%; overflow: hidden; color: #fff; font-weight: 600; display: grid; place-items: center; }
.face.bot { border-radius: 8px; } .face svg { width: 100%; height: 100%; display: block; }
.head { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; margin-bottom: 3px; font-size: 12px; color: var(--quiet); }
.head b { color: var(--text); }
.label { display: inline-flex; gap: 4px; align-items: center; border: 1px solid var(--edge); border-radius: 4px; padding: 0 5px; font-size: 11px; line-height: 16px; }
.label .icon { width: 11px; height: 11px; }
.bubble { background: var(--bubble); border: 1px solid var(--line); border-radius: 6px; padding: 8px 14px 9px; overflow-wrap: anywhere; }
.bubble.card { padding: 0; overflow: hidden; }
.rates { display: flex; gap: 12px; color: var(--quiet); padding: 6px 2px 0; }
.cite { display: inline-block; min-width: 16px; padding: 0 4px; margin: 0 1px; border-radius: 4px; border: 1px solid var(--edge); background: var(--emphasis); color: var(--link); font-size: 11px; line-height: 15px; text-align: center; }
pre { font: 12.5px/1.5 var(--mono); background: var(--emphasis); border: 1px solid var(--line); border-radius: 4px; padding: 8px; margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: var(--mono); font-size: 12.5px; }
ul, ol { margin: 0 0 8px; padding-left: 26px; } :is(ul, ol):last-child { margin: 0; }
blockquote { margin: 6px 0; padding-left: 12px; border-left: 3px solid var(--edge); }
.frame { background: var(--bubble); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.form-bar { display: flex; gap: 10px; align-items: center; padding: 16px 16px 4px; font-size: 18px; }
.form-bar .icon { margin-left: auto; }
.found { border-top: 1px solid var(--line); padding: 9px 14px; } .found .quiet { display: block; }
.query { margin: 12px 14px; border: 1px solid var(--edge); border-bottom-color: var(--main); border-radius: 4px; padding: 6px 10px; }
.ac-adaptiveCard { outline: none; }
.ac-pushButton { font: 600 14px/20px var(--font); padding: 5px 14px; border: 1px solid var(--edge); border-radius: 4px; background: var(--bubble); color: var(--text); cursor: pointer; overflow: visible !important; white-space: normal !important; }
.ac-pushButton.style-positive { background: var(--main); border-color: var(--main); color: var(--main-text); }
.ac-anchor, .ac-textBlock a { color: var(--link); }
.ac-container.ac-selectable { cursor: pointer; }
.ac-input { font: 14px/20px var(--font); color: var(--text); background: var(--bubble); border: 1px solid var(--edge); border-radius: 4px; padding: 6px 10px; }
.ac-textInput, .ac-multichoiceInput { width: 100%; } textarea.ac-textInput { min-height: 78px; resize: none; }
.ac-choiceSetInput-expanded, .ac-choiceSetInput-multiSelect { border: 0; padding: 0; }
.ac-choiceSetInput-expanded input, .ac-choiceSetInput-multiSelect input { accent-color: var(--main); margin: 3px 9px 3px 0; width: 16px; height: 16px; }
.ac-choiceSetInput-expanded > div { padding: 3px 0; }
${theme === "contrast" ? '[style*="background-color"].ac-container:not(.ac-adaptiveCard) { border: 1px solid var(--line); }' : ".ac-container.ac-selectable, .emphasis { border-radius: 4px; }"}
`;
};
