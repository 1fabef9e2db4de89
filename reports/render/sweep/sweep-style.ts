/** What the page of a sweep has beyond the report's style sheet. */
export const SWEEP_STYLE = `
main.sweep { max-width: 1320px; }
main.sweep h1 { font-size: 28px; line-height: 1.25; margin-bottom: 6px; }
.front { fill: none; stroke: var(--accent); stroke-width: 1.4; stroke-dasharray: 5 3; }
.design { stroke: var(--accent); stroke-width: 1.5; }
.design.on-front { fill: var(--accent); }
.design.off-front { fill: var(--paper); stroke: var(--soft); }
line.spread { stroke: var(--soft); stroke-width: 1; }
.marks { display: flex; flex-wrap: wrap; gap: 4px 18px; padding-left: 0; list-style: none; font-size: 13px; color: var(--soft); margin-bottom: 10px; }
.marks .mark { vertical-align: -3px; margin-right: 4px; }
.points { width: 100%; font-size: 13px; background: var(--paper); border: 1px solid var(--line); }
.points th, .points td { padding: 4px 9px; border-bottom: 1px solid var(--line); vertical-align: top; }
.points thead th { color: var(--soft); font-size: 12px; }
.points td.right { white-space: nowrap; }
.points .best { font-weight: 700; }
.points .why { color: var(--open); }
.excluded { color: var(--soft); font-size: 13px; padding-left: 20px; }
`;
