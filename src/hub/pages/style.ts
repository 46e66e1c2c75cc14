/** The one stylesheet. Served as a file: the pages allow no other style. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--page:#f6f8fa;--card:#fff;--accent:#0a58ca;--accentbg:#0a58ca;
--good:#116329;--goodbg:#1a7f37;--bad:#b42318;--badbg:#c62a1c;--warn:#7a4d00;--warnbg:#fff4d6;--code:#f3f5f8;--mark:#ffe9a8}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9aa4af;--line:#30363d;--page:#0d1117;--card:#161b22;--accent:#7ab7ff;--accentbg:#1f6feb;
--good:#56d364;--goodbg:#238636;--bad:#ff8a80;--badbg:#b62324;--warn:#f0c36d;--warnbg:#2e2510;--code:#0d1117;--mark:#5a4500}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);overflow-wrap:anywhere}
header,main{max-width:46rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;justify-content:space-between;padding-top:.75rem;padding-bottom:.75rem;color:var(--soft)}
header a{font-weight:600;color:var(--text);text-decoration:none}
header form{display:flex;gap:.75rem;align-items:center;margin:0}
header button{padding:.25rem .75rem;min-height:0;width:auto}
main{padding-bottom:3rem}
h1{font-size:1.35rem;line-height:1.3;margin:.5rem 0 1rem}
h2{font-size:1rem;margin:1.25rem 0 .5rem}
a{color:var(--accent)}
.card>:first-child{margin-top:0}
.card>:last-child{margin-bottom:0}
.card{display:block;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem;margin:0 0 1rem}
a.card{color:inherit;text-decoration:none}
a.card:hover,a.card:focus{border-color:var(--accent)}
.row{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;justify-content:space-between}
.sentence::first-letter{text-transform:uppercase}
.reason{display:block;margin:.15rem 0 .25rem}
a.card b,a.card .reason{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.soft{color:var(--soft);font-size:.9rem}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1rem;margin:0}
dt{color:var(--soft)}
dd{margin:0}
pre{margin:0;padding:.75rem;background:var(--code);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap;
font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;max-height:26rem;overflow:auto}
code{font:13px ui-monospace,Menlo,Consolas,monospace}
mark{background:var(--mark);color:inherit;border-radius:3px;padding:0 2px}
ul{margin:0;padding-left:1.2rem}
.badge{display:inline-block;border:1px solid currentcolor;border-radius:99px;padding:0 .6rem;font-size:.85rem;font-weight:600;white-space:nowrap}
.high,.denied,.quarantined{color:var(--bad)}.medium,.pending,.open{color:var(--warn)}.low,.none,.expired,.cancelled,.consumed,.abandoned{color:var(--soft)}.approved,.accepted{color:var(--good)}
.warning{background:var(--warnbg);color:var(--warn);border-color:currentcolor}
label{display:block;font-weight:600;margin-bottom:.3rem}
label.plain{font-weight:400;display:flex;gap:.5rem;align-items:flex-start;margin:.5rem 0}
textarea{font:inherit;width:100%;min-height:4.5rem;padding:.5rem;color:inherit;background:var(--page);border:1px solid var(--line);border-radius:6px}
.buttons{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin-top:.75rem}
button,.button{font:inherit;font-weight:600;min-height:2.75rem;width:100%;padding:.4rem 1rem;border:1px solid var(--line);border-radius:6px;
background:var(--card);color:var(--text);cursor:pointer;text-align:center;text-decoration:none;display:inline-block}
.button.primary{width:auto;min-width:10rem;line-height:1.9;background:var(--accentbg);border-color:var(--accentbg);color:#fff}
.buttons>:only-child{grid-column:1/-1}
button.approve{background:var(--goodbg);border-color:var(--goodbg);color:#fff}
button.deny{background:var(--badbg);border-color:var(--badbg);color:#fff}
button:focus-visible,a:focus-visible,textarea:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
summary{cursor:pointer;font-weight:600}
.more{margin-top:.6rem}
.more summary{color:var(--soft);font-size:.9rem;font-weight:400}
.more dl{margin-top:.5rem}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
td.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.scroll{overflow-x:auto}
.countdown{font-variant-numeric:tabular-nums;font-weight:600;white-space:nowrap}
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
`;

const MINUTE = 60;

/**
 * Counts down without script: numbers that CSS can animate (css-properties-values-api). Where a browser can't, the page's
 * own words say until when. `left`: whole seconds.
 */
export function countdownStyle(left: number): string {
  // Rounded to the nearest whole by the type of the property: half a minute less makes that the one below.
  return `
@property --left{syntax:"<integer>";initial-value:0;inherits:true}
@property --m{syntax:"<integer>";initial-value:0;inherits:true}
@property --s{syntax:"<integer>";initial-value:0;inherits:true}
@keyframes left{from{--left:${left}}to{--left:0}}
.countdown{animation:left ${left}s linear both;--m:max(0,calc(var(--left)/${MINUTE} - .5 + .0001));--s:calc(var(--left) - var(--m)*${MINUTE})}
.countdown::before{counter-reset:m var(--m) s var(--s);content:counter(m) ":" counter(s,decimal-leading-zero)}
`;
}
