/**
 * The style sheet of the page. System fonts, one accent; every verdict has a shape and a word besides its colour. Contrast
 * of text is 4.5:1 or more in both themes (WCAG 2.2, 1.4.3).
 */
export const STYLE = `
:root {
	--page: #f6f6f4; --paper: #ffffff; --ink: #1b1c1e; --soft: #5a5d63; --line: #dcdcd8; --faint: #ededea;
	--accent: #1f5fa8; --area: #bcd3ec; --pass: #1c6b3a; --fail: #b3261e; --open: #855300; --rig: #6a3a9c;
	--pass-tint: #eaf4ed; --fail-tint: #fbecea; --open-tint: #f9f1e2; --rig-tint: #f2ecf9; --none-tint: #f1f1ef;
	--on: #ffffff; --heat: 31, 95, 168;
}
@media (prefers-color-scheme: dark) {
	:root {
		--page: #141517; --paper: #1c1e21; --ink: #e8e8e6; --soft: #a5a8ae; --line: #36393e; --faint: #282b2f;
		--accent: #7fb2ec; --area: #2b4766; --pass: #74c894; --fail: #ff8d82; --open: #e5b253; --rig: #c3a0ee;
		--pass-tint: #1a2b20; --fail-tint: #33201e; --open-tint: #2e2617; --rig-tint: #281f34; --none-tint: #24262a;
		--on: #141517; --heat: 127, 178, 236;
	}
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 64px; }
h1, h2, h3, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
h2 { font-size: 20px; line-height: 1.3; margin: 40px 0 12px; }
h2 small { font-size: 14px; font-weight: 400; color: var(--soft); }
h3 { font-size: 16px; margin: 24px 0 8px; }
section section h3 { margin-top: 28px; }
p + p { margin-top: 6px; }
small { font-size: 13px; color: var(--soft); }
code, pre, .console { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 13px; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; white-space: pre-wrap; margin-bottom: 12px; }
a { color: var(--accent); }
abbr { text-decoration: none; }
summary { cursor: pointer; color: var(--accent); width: fit-content; max-width: 100%; }
details { margin-top: 8px; }
details > :not(summary) { margin-top: 6px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.small-head { font-size: 13px; font-weight: 600; color: var(--soft); margin-bottom: 4px; }
.absent, figcaption, caption { color: var(--soft); font-size: 13px; }
.right { text-align: right; }
.warning { background: var(--open-tint); border-left: 4px solid var(--open); padding: 8px 12px; margin: 12px 0; }
.warning ul { padding-left: 20px; }
.wide { overflow-x: auto; max-width: 100%; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; font-size: 11.5px; color: var(--soft); }

.banner { background: var(--paper); border: 1px solid var(--line); border-left: 8px solid var(--tone); border-radius: 8px; padding: 18px 22px 16px; }
.banner .brand { color: var(--soft); font-size: 13px; letter-spacing: .02em; }
.banner .brand span { margin-left: 8px; }
.banner h1 { display: flex; align-items: center; gap: 12px; font-size: 34px; line-height: 1.2; text-transform: uppercase; letter-spacing: .02em; color: var(--tone); margin: 4px 0 6px; }
.banner h1 .icon { width: 36px; height: 36px; flex: none; }
.banner .lead { font-size: 19px; line-height: 1.4; font-weight: 600; max-width: 60em; }
.evidence-line { color: var(--soft); }
.counts { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 14px 0 10px; }
.counts li { display: flex; align-items: center; gap: 6px; }
.counts .icon { width: 18px; height: 18px; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 0; font-size: 13px; color: var(--soft); border-top: 1px solid var(--line); padding-top: 10px; }
.facts span:not(:last-child)::after { content: "·"; margin: 0 8px; }
.note { font-size: 13px; margin-top: 6px; }

.pass, .marginal { --tone: var(--pass); --tint: var(--pass-tint); }
.fail { --tone: var(--fail); --tint: var(--fail-tint); }
.inconclusive, .not-measured { --tone: var(--open); --tint: var(--open-tint); }
.rig-error { --tone: var(--rig); --tint: var(--rig-tint); }
.not-requested { --tone: var(--soft); --tint: var(--none-tint); }
.icon { flex: none; }
.icon .fill { fill: var(--tone); }
.icon .ring { fill: none; stroke: var(--tone); stroke-width: 2; }
.icon .dashed { stroke-dasharray: 3.2 2.4; }
.icon .mark { fill: none; stroke: var(--on); stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.icon .own { stroke: var(--tone); }
.icon .point { fill: var(--on); }
.verdict { display: inline-flex; vertical-align: middle; align-items: center; gap: 7px; color: var(--tone); font-weight: 700; white-space: nowrap; }

table { border-collapse: collapse; }
th { text-align: left; font-weight: 600; }
.spec { width: 100%; font-size: 14.5px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; border-spacing: 0; border-collapse: separate; overflow: hidden; }
.spec > * > tr > * { padding: 7px 10px 5px; vertical-align: middle; }
table { overflow-wrap: break-word; }
.w-verdict { width: 136px; }
.w-bar { width: 262px; }
.w-metric { width: 148px; }
.spec td.right, .spec abbr { white-space: nowrap; }
.spec .under td { overflow-wrap: anywhere; }
.spec .limit-text { overflow-wrap: break-word; }
.spec > thead th { font-size: 12.5px; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); padding-block: 7px; }
.spec .bar-head { padding-left: 10px; }
.spec > tbody + tbody > tr:first-child > * { border-top: 1px solid var(--line); }
.spec > tbody > tr:first-child > :first-child { border-left: 4px solid var(--tone); }
.spec > tbody > .under > td { border-left: 4px solid var(--tone); padding: 0 16px 9px 41px; }
.spec .cell.fail, .spec .cell.inconclusive, .spec .cell.not-measured, .spec .cell.rig-error { background: var(--tint); }
.spec .estimate { font-weight: 700; }
.spec .bounds { display: block; color: var(--soft); white-space: nowrap; font-size: 13px; }
.spec .bar-cell { white-space: nowrap; }
.spec .bar-cell .bar { vertical-align: middle; }
.spec .used { display: inline-block; min-width: 44px; text-align: right; font-weight: 600; }
.under .rule { color: var(--soft); font-size: 13px; }
.under .rule span { font-weight: 600; margin-right: 4px; }
.under .rule + .rule { margin-top: 1px; }
.under .reason { font-weight: 600; }
.under p + p, .under .findings, .under .findings + p { margin-top: 5px; }
.findings ol { padding-left: 22px; }
.findings .cause { color: var(--soft); font-size: 12px; white-space: nowrap; }
.findings .score { font-weight: 600; margin-right: 6px; }
table.small { font-size: 13.5px; }
table.small th, table.small td { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); }
table.small td.right, table.small th.right { text-align: right; }
table.small caption { text-align: left; padding-bottom: 4px; }
tr.sum > * { font-weight: 700; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px 28px; }
.figures > * { min-width: 0; }
.figures + .figures { margin-top: 20px; }
figure { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 12px 12px 10px; }
figcaption { margin-top: 4px; }
.panel { display: block; width: 100%; height: auto; }
svg text { font-size: 11.5px; fill: var(--soft); font-family: inherit; }
.panel .title { fill: var(--soft); }
.grid { stroke: var(--faint); stroke-width: 1; }
.axis, .tick { stroke: var(--soft); stroke-width: 1; }
.curve { fill: none; stroke: var(--accent); stroke-width: 1.8; stroke-linejoin: round; }
.curve.fine { stroke-width: 1; }
.curve.low { stroke-dasharray: 4 3; }
.area { fill: var(--area); }
.envelope { fill: var(--accent); }
line.limit { stroke: var(--fail); stroke-width: 2; stroke-dasharray: 7 4; }
text.limit { fill: var(--fail); font-weight: 600; }
line.mean { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 2 3; }
text.mean { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
text.limit { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.panel rect.bounds { fill: var(--ink); fill-opacity: .22; }
.panel line.bounds { stroke: var(--ink); stroke-width: 1.5; }
.panel circle.estimate { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
.dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1; }
.inference { fill: var(--ink); }
.inference.gated { fill: none; stroke: var(--ink); stroke-width: .8; }

.bar .allowed { fill: var(--faint); }
.bar .over { fill: none; stroke: var(--line); stroke-width: 1; }
.bar line.limit { stroke: var(--ink); stroke-width: 2; stroke-dasharray: none; }
.bar .interval, .bar .exact, .bar .arrow { fill: var(--tone); }
.bar .band { fill: var(--paper); stroke: var(--tone); stroke-width: 1.4; }
.bar .hatch { stroke: var(--tone); stroke-width: 1.4; fill: none; }
.bar line.estimate { stroke: var(--ink); stroke-width: 2; }
.bar .arrow.open { fill: none; stroke: var(--tone); stroke-width: 1.6; }
.bar .factor { fill: var(--tone); font-weight: 700; font-size: 12px; }

.stages { margin-top: 14px; }
.stage-bar { display: block; border-radius: 4px; }
.stage-bar text { font-size: 13px; font-weight: 700; fill: var(--on); }
.tone0 { fill: var(--accent); background: var(--accent); }
.tone1 { fill: var(--soft); background: var(--soft); }
.tone2 { fill: var(--pass); background: var(--pass); }
.tone3 { fill: var(--open); background: var(--open); }
.stage-list { display: flex; flex-wrap: wrap; gap: 2px 26px; padding-left: 18px; margin-top: 6px; font-size: 14px; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; }

.accuracy { align-items: start; }
.confusion { font-size: 13px; }
.confusion caption { text-align: left; padding-bottom: 6px; }
.confusion td, .confusion th { padding: 3px 2px; text-align: center; min-width: 27px; height: 27px; }
.confusion th { max-width: 150px; }
.confusion tbody th { text-align: right; padding-right: 8px; font-weight: 500; }
.confusion thead th { vertical-align: bottom; font-weight: 500; height: auto; }
.confusion thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; max-height: 110px; overflow: hidden; }
.confusion tbody td { border: 1px solid var(--line); }
.confusion .zero { color: var(--line); }
.confusion .tone1 { background: rgba(var(--heat), .12); }
.confusion .tone2 { background: rgba(var(--heat), .2); }
.confusion .tone3 { background: rgba(var(--heat), .28); }
.confusion .tone4 { background: rgba(var(--heat), .36); }
.confusion .tone5 { background: rgba(var(--heat), .44); }
.confusion .wrong-one { outline: 2px solid var(--fail); outline-offset: -2px; font-weight: 700; background: var(--fail-tint); }
.clips { list-style: none; display: grid; gap: 12px; }
.clips li { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.clips .wrong { color: var(--fail); }
.listen { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; margin: 6px 0; }
.listen audio { height: 36px; flex: 1 1 200px; min-width: 0; max-width: 100%; }
.scores { font-size: 13px; color: var(--soft); }
.scores span { margin-right: 10px; }
.scores .true { color: var(--ink); font-weight: 600; }

.facts-list { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 8px 24px; }
.facts-list dt, .legend dt { font-size: 13px; color: var(--soft); }
.facts-list dd { font-size: 14px; }
.faults, .notices { padding-left: 20px; }
.console { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 8px 8px 8px 46px; white-space: pre-wrap; }
.console li::marker { color: var(--soft); }
.legend .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 8px 28px; margin-bottom: 12px; font-size: 14px; }
.legend .columns div { display: grid; grid-template-columns: 150px 1fr; align-items: center; gap: 10px; padding: 3px 0; }
.legend > p { font-size: 14px; max-width: 75em; }

@media screen and (max-width: 860px) {
	main { padding: 12px 12px 40px; }
	.banner { padding: 14px 16px; }
	.banner h1 { font-size: 27px; }
	.banner h1 .icon { width: 30px; height: 30px; }
	.banner .lead { font-size: 17px; }
	.spec, .spec > tbody, .spec > tbody > tr, .spec > tbody > tr > * { display: block; }
	.spec > thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
	.spec > tbody { border-left: 4px solid var(--tone); padding: 10px 0; }
	.spec > tbody + tbody { border-top: 1px solid var(--line); }
	.spec > tbody + tbody > tr:first-child > * { border-top: 0; }
	.spec > tbody > tr:first-child > :first-child, .spec > tbody > .under > td { border-left: 0; }
	.spec > tbody > tr:first-child { display: grid; grid-template-columns: 1fr 1fr; }
	.spec > tbody > tr > * { padding: 3px 12px; }
	.spec > tbody > tr > td[data-head]::before { content: attr(data-head); display: block; font-size: 12px; color: var(--soft); }
	.spec > tbody > tr > td[data-head="Verdict"]::before { content: none; }
	.spec > tbody > tr > .right { text-align: left; }
	.spec .bar-cell { grid-column: 1 / -1; }
	.spec > tbody > .under > td { padding: 6px 12px 0; }
	.bar { max-width: calc(100% - 56px); height: auto; }
	.legend .columns div { grid-template-columns: 128px 1fr; }
}
@media print {
	:root {
		--page: #ffffff; --paper: #ffffff; --ink: #000000; --soft: #4a4d52; --line: #c9c9c5; --faint: #ededea;
		--accent: #1f5fa8; --area: #bcd3ec; --pass: #1c6b3a; --fail: #b3261e; --open: #855300; --rig: #6a3a9c;
		--pass-tint: #eaf4ed; --fail-tint: #fbecea; --open-tint: #f9f1e2; --rig-tint: #f2ecf9; --none-tint: #f1f1ef;
		--on: #ffffff; --heat: 31, 95, 168;
	}
	@page { size: A4; margin: 14mm; }
	html { color-scheme: light; }
	body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
	main { max-width: none; padding: 0; }
	h2 { margin-top: 22px; }
	.figures { grid-template-columns: 1fr 1fr; gap: 10px; }
	.facts-list { grid-template-columns: 1fr 1fr 1fr; }
	.wide { overflow: visible; }
	.spec { table-layout: fixed; font-size: 8.5pt; }
	.spec > * > tr > * { padding-left: 6px; padding-right: 4px; }
	.spec > tbody > .under > td { padding-left: 24px; }
	.spec .bounds { white-space: normal; }
	.w-verdict { width: 15.5%; }
	.w-metric { width: 13.5%; }
	.w-limit { width: 12%; }
	.w-measured { width: 17%; }
	.w-bar { width: 22%; }
	.w-n { width: 8%; }
	.w-evidence { width: 12%; }
	.tag { font-size: 7.5pt; padding: 0 3px; }
	.bar { width: 108px; height: auto; }
	.spec .used { min-width: 0; }
	.bar .factor { font-size: 13px; }
	.figures.accuracy { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
	.confusion td, .confusion th { min-width: 22px; height: 22px; padding: 1px; }
	.cell > tr:first-child { break-after: avoid; }
	details::details-content { display: block; content-visibility: visible; }
	figure, .clips li, .banner, tr:not(.under), .facts-list div { break-inside: avoid; }
	h2, h3, .small-head, summary { break-after: avoid; }
	table.small { break-inside: avoid; }
	.listen audio, .save { display: none; }
}
`;
