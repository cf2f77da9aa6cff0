export type Theme = "light" | "dark";

const colours: Readonly<Record<Theme, string>> = {
  light: `--text:#1d1c1d; --quiet:#616061; --page:#ffffff; --line:#e1e1e1; --edge:#bbbabb; --link:#1264a3;
    --hover:#f8f8f8; --code-back:#f7f7f7; --code-edge:#e1e1e1; --code:#c01343; --mention:#e8f1f9; --main:#007a5a;
    --danger:#e01e5a; --alone:#faf9f4; --tag:#ededed; --quote:#dddddd;`,
  dark: `--text:#d1d2d3; --quiet:#ababad; --page:#1a1d21; --line:#35373b; --edge:#56585c; --link:#4fb0e8;
    --hover:#222529; --code-back:#232529; --code-edge:#383b40; --code:#e8912d; --mention:#1c3547; --main:#148567;
    --danger:#e01e5a; --alone:#22231f; --tag:#35373b; --quote:#4b4d50;`,
};

/** Looks as Slack's clients show messages; drawn anew, with nothing of Slack's own in it. */
export const styleSheet = (theme: Theme): string => `
:root { ${colours[theme]} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.47 var(--font); -webkit-font-smoothing: antialiased; }
b { font-weight: 700; }
a { color: var(--link); text-decoration: none; }
.quiet { color: var(--quiet); font-weight: 400; }
.icon { display: block; flex: none; }
#picture { padding: 12px; background: var(--page); }
.frame { border: 1px solid var(--line); border-radius: 8px; background: var(--page); padding-bottom: 10px; overflow: hidden; }
.bar { display: flex; gap: 8px; align-items: baseline; padding: 11px 16px; border-bottom: 1px solid var(--line); margin-bottom: 8px; }
.bar .quiet { font-size: 13px; }
.message { display: grid; grid-template-columns: 36px minmax(0, 1fr); column-gap: 8px; padding: 7px 16px; }
.message.alone { background: var(--alone); }
.message.goes-on { padding-top: 0; }
.only { grid-column: 2; display: flex; gap: 5px; align-items: center; color: var(--quiet); font-size: 12px; margin-bottom: 2px; }
.face { width: 36px; height: 36px; border-radius: 6px; overflow: hidden; color: #fff; font-weight: 700; font-size: 17px; display: grid; place-items: center; }
.face svg { width: 100%; height: 100%; display: block; }
.face.small { width: 22px; height: 22px; border-radius: 4px; }
.head { display: flex; gap: 6px; align-items: center; line-height: 22px; }
.app { font-size: 10px; line-height: 14px; padding: 0 4px; border-radius: 2px; background: var(--tag); color: var(--quiet); font-weight: 600; }
.time { font-size: 12px; color: var(--quiet); }
.replies { display: flex; align-items: center; gap: 10px; padding: 2px 16px; color: var(--quiet); font-size: 13px; }
.replies::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.status { display: flex; align-items: center; gap: 8px; padding: 8px 16px 4px 60px; color: var(--quiet); font-size: 13px; }
.dots { display: inline-flex; gap: 3px; } .dots i { width: 5px; height: 5px; border-radius: 50%; background: var(--quiet); }
.dots i:nth-child(2) { opacity: .7; } .dots i:nth-child(3) { opacity: .4; }
.block { margin: 0 0 8px; overflow-wrap: anywhere; }
.block:last-child { margin-bottom: 2px; }
.context { font-size: 13px; line-height: 1.42; color: var(--quiet); }
.header { font-size: 18px; line-height: 1.33; font-weight: 800; }
hr.block { border: 0; border-top: 1px solid var(--line); margin: 12px 0; }
.section.with { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: 16px; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.button { display: inline-flex; align-items: center; height: 32px; padding: 0 12px; border: 1px solid var(--edge); border-radius: 6px; font-size: 14px; font-weight: 600; white-space: nowrap; background: var(--page); color: var(--text); }
.section .button, .context .button { height: 28px; }
.button.primary { background: var(--main); border-color: var(--main); color: #fff; }
.button.danger { color: var(--danger); border-color: var(--danger); }
.button.icon-only { padding: 0 7px; }
.rates { display: inline-flex; gap: 2px; color: var(--quiet); }
.rate { display: inline-flex; gap: 5px; align-items: center; height: 28px; padding: 0 6px; border-radius: 6px; font-size: 13px; }
code { font: 12.5px/1.5 var(--mono); color: var(--code); background: var(--code-back); border: 1px solid var(--code-edge); border-radius: 3px; padding: 1px 4px; }
pre { font: 12.5px/1.5 var(--mono); background: var(--code-back); border: 1px solid var(--code-edge); border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { margin: 4px 0; padding: 0 0 0 12px; border-left: 4px solid var(--quote); border-radius: 2px; }
ul, ol { margin: 0; padding-left: 26px; }
.mention { background: var(--mention); color: var(--link); border-radius: 3px; padding: 0 2px 1px; }
.table { overflow-x: auto; overflow-wrap: break-word; }
table { border-collapse: separate; border-spacing: 0; border: 1px solid var(--line); border-radius: 6px; font-size: 14px; overflow: hidden; }
th, td { padding: 6px 10px; vertical-align: top; border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); }
th { font-weight: 700; background: var(--hover); }
tr > :last-child { border-right: 0; } tr:last-child > * { border-bottom: 0; }
.input .label { font-weight: 700; margin-bottom: 6px; }
.field { border: 1px solid var(--edge); border-radius: 6px; padding: 7px 12px; min-height: 38px; background: var(--page); }
.field.area { min-height: 86px; }
.field.select { display: inline-flex; min-width: 220px; align-items: center; justify-content: space-between; gap: 16px; }
.actions .field.select { min-height: 32px; padding: 3px 12px; }
.hint { color: var(--quiet); font-size: 13px; margin-top: 5px; }
.choices { display: grid; gap: 7px; }
.choice { display: grid; grid-template-columns: 18px 1fr; gap: 9px; align-items: start; }
.radio, .check { width: 18px; height: 18px; border: 1px solid var(--edge); border-radius: 50%; margin-top: 2px; }
.check { border-radius: 4px; }
.radio.on { border: 5px solid var(--link); } .check.on { background: var(--link); border-color: var(--link); }
.modal-bar { display: flex; gap: 10px; align-items: center; padding: 16px 20px; font-size: 19px; }
.modal-bar .quiet { margin-left: auto; }
.modal-body { padding: 4px 20px 8px; border-bottom: 1px solid var(--line); }
.modal-body .block { margin-bottom: 16px; }
.modal-end { display: flex; gap: 10px; justify-content: flex-end; padding: 14px 20px 6px; }
.home-bar { display: flex; gap: 8px; align-items: center; padding: 12px 20px 8px; font-size: 17px; }
.tabs { display: flex; gap: 18px; padding: 0 20px; border-bottom: 1px solid var(--line); font-size: 13px; color: var(--quiet); font-weight: 600; }
.tabs span { padding: 5px 0 8px; } .tabs .on { color: var(--text); border-bottom: 2px solid var(--text); }
.home-body { padding: 16px 20px 6px; }
`;
