// Twins: a fault is planted in a sound page, and the check that is there for it must find it.

import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault, expect, withPage } from './browser.mjs';
import { explore } from './explorer.mjs';
import { accessible, look } from './looks.mjs';
import { contents, files, sorting } from './tables.mjs';

const plain = {};

/// `html` with the script that holds `from` changed, and the policy naming it anew: else the
/// browser would refuse it, which is another fault.
const rescripted = (html, from, to) => {
  const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const script = html.match(/<script>[^]*?<\/script>/g).map((s) => s.slice(8, -9)).find((s) => s.includes(from));
  expect(script, `no script has ${from}`);
  const changed = script.replace(from, () => to);
  return html.replace(script, () => changed).replace(hash(script), hash(changed));
};
const replaced = (from, to) => (html) => html.replace(from, to);
const added = (what) => replaced('</main>', `${what}</main>`);
const lookAt = (setting) => (browser, file) => look(browser, file, setting);

/// What is planted, how, which check finds it, and a word of what it says.
const FAULTS = [
  ['a picture from elsewhere', added('<img src="https://example.org/a.png" alt="a">'), lookAt(plain), 'console error'],
  ['a style sheet from elsewhere', added('<link rel="stylesheet" href="https://example.org/a.css">'), lookAt(plain), 'example.org'],
  ['a picture from elsewhere, let through', (html) => added('<img src="https://example.org/a.png" alt="a">')(
    html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')), lookAt(plain), 'request: https://example.org'],
  ['a second file of the same folder', (html) => added('<img src="record.json" alt="a">')(
    html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')), lookAt(plain), 'record.json'],
  ['a script that the policy does not name', added('<script>document.title = "";</script>'), lookAt(plain), 'console error'],
  ['an error on the console', (html) => rescripted(html, "'use strict';", "'use strict'; console.error('oh');"), lookAt(plain), 'console error: oh'],
  ['an exception', (html) => rescripted(html, "'use strict';", "'use strict'; nowhere();"), lookAt(plain), 'error: nowhere'],
  ['a dead anchor', replaced('id="limits"', 'id="limit"'), lookAt({ script: false }), 'dead anchor #limits'],
  ['something too wide', added('<p style="width: 1500px">wide</p>'), lookAt({ width: 390, script: false }), 'px wide'],
  ['a text that is squeezed', replaced('<main id="main">', '<main id="main" style="width: 150px">'), lookAt({ script: false }), 'px narrow'],
  ['a number that is none', added('<p><data>NaN</data></p>'), lookAt({ script: false }), 'says NaN'],
  ['a colour too pale by day', replaced('--soft: #5c5850', '--soft: #b0aca4'),
    (browser, file) => accessible(browser, file, { theme: 'light' }), 'color-contrast'],
  ['a colour too dark by night', replaced('--soft: #a9a499', '--soft: #55524c'),
    (browser, file) => accessible(browser, file, { theme: 'dark' }), 'color-contrast'],
  ['a slider without a label', replaced('<label for="explorer-k">Network</label>', ''),
    (browser, file) => accessible(browser, file, {}), 'label'],
  ['a changed number in a table', replaced(/(<tr data-row="0">[^]*?<td>)/, '$19'),
    (browser, file) => files(browser, file, { script: true }), 'the file has'],
  ['a changed number in a file', replaced('%0A0,', '%0A0,9'),
    (browser, file) => files(browser, file, { script: false }), 'the file has'],
  ['a sort that does not', (html) => rescripted(html, 'direction * compare', '0 * compare'), sorting, 'does not'],
  ['contents that stand still', (html) => rescripted(html, "setAttribute('aria-current'", "setAttribute('aria-other'"), contents, 'do not mark'],
];

/// Faults of the explorer, for `explore`.
const EXPLORED = [
  ['a quantile of another level', (html) => rescripted(html, '[0.05, 0.5, 0.95]', '[0.06, 0.5, 0.95]'), 'quantiles'],
  ['a region of another probability', (html) => rescripted(html, 'rungs, 0.9)', 'rungs, 0.8)'), 'region'],
  ['scales off by 2 %', (html) => rescripted(html, 'Math.exp(between', '1.02 * Math.exp(between'), ': '],
  ['modes of their components', (html) => rescripted(html, 'y(mode.at)', 'y(mode.at + (plane.y1 - plane.y0) / 500)'), 'modes'],
  ['another score', replaced(/("nll":\{"key":"[^"]*","value":-?\d+\.\d)/, '$19'), 'NLL'],
  ['digits too few', replaced(/("y":\{"decimals":)\d+/, '$11'), ': '],
  ['another name of x', replaced(/("names":\{"x":")/, '$1z'), 'shows'],
  ['a density for each event', (html) => rescripted(html, 'requestAnimationFrame(compute)', 'compute()'), 'times a frame'],
  ['a line that ignores the pointer', (html) => rescripted(html, "addEventListener('pointerdown'", "addEventListener('nothing'"), 'shows x'],
  ['a slider that ignores the hand', (html) => rescripted(html, "addEventListener('input', update)", "addEventListener('nothing', update)"), 'shows'],
];

/// In a page of a study all of them, in that of a fit those of its explorer.
export const plantAll = async (browser, file, folder, scratch) => {
  const html = await readFile(file, 'utf8');
  const recordFile = path.join(path.dirname(file), 'record.json');
  const record = JSON.parse(await readFile(recordFile, 'utf8'));
  await copyFile(recordFile, path.join(scratch, 'record.json'));
  const target = path.join(scratch, 'index.html');
  const isFit = record.kind === 'fit';
  const explorable = isFit || record.exhibits?.mixtures?.length > 0;
  const all = isFit ? [] : [...FAULTS];
  if (explorable) {
    const name = path.basename(path.dirname(file));
    const expected = JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8'));
    const check = (of, planted) => explore(of, planted, expected, record);
    all.push(...EXPLORED.map(([what, plant, word]) => [what, plant, check, word]));
  }
  let found = 0;
  for (const [what, plant, check, word] of all) {
    if (!explorable && what.includes('slider')) continue;
    const planted = plant(html);
    expect(planted !== html, `nothing to plant: ${what}`);
    await writeFile(target, planted);
    const fault = await check(browser, target).then(() => null, (error) => error);
    expect(fault !== null, `not found: ${what}`);
    if (!(fault instanceof Fault)) throw fault;
    expect(fault.message.includes(word), `${what}: found as ${fault.message}`);
    found += 1;
  }
  // And the sound page, from the same place, has none of them.
  await writeFile(target, html);
  await look(browser, target, plain);
  await withPage(browser, target, plain, async () => {});
  return found;
};
