// What holds of every page in every setting: quiet, whole, within its width, accessible.

import axe from 'axe-core';
import { expect, withPage } from './browser.mjs';

export const SETTINGS = [true, false].flatMap((script) =>
  ['light', 'dark'].flatMap((theme) => [390, 1440].map((width) => ({ script, theme, width }))));

const name = ({ script, theme, width }) => `script ${script ? 'on' : 'off'}, ${theme}, ${width} px`;

/// Runs in the page: what is wrong with it as it stands.
const inspect = () => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth} px wide`);
  const main = document.querySelector('main').getBoundingClientRect().width;
  if (main < innerWidth / 2) faults.push(`a text ${main} px narrow`);
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) faults.push(`dead anchor ${link.hash}`);
  }
  for (const part of document.querySelectorAll('img, svg:not([aria-hidden])')) {
    const { width, height } = part.getBoundingClientRect();
    const shown = part.checkVisibility();
    if (shown && (width < 20 || height < 20)) faults.push(`a picture of ${width} by ${height} px`);
    if (part.localName === 'img' && !part.complete) faults.push('a picture that did not load');
  }
  for (const part of document.querySelectorAll('td, data, output, svg text')) {
    const words = part.textContent.match(/\b(NaN|undefined|Infinity)\b/);
    if (words) faults.push(`a number says ${words[0]}`);
    else if (!part.textContent.trim()) faults.push(`an empty ${part.localName}`);
  }
  return faults;
};

export const look = async (browser, file, setting) => {
  await withPage(browser, file, setting, async (page) => {
    const open = () => { for (const part of document.querySelectorAll('details')) part.open = true; };
    const first = await page.evaluate(inspect);
    expect(first.length === 0, `${name(setting)}: ${first.join('; ')}`);
    await page.evaluate(open);
    const unfolded = await page.evaluate(inspect);
    expect(unfolded.length === 0, `${name(setting)}, unfolded: ${unfolded.join('; ')}`);
  });
};

/// axe-core's rules, everything unfolded. It needs a script of its own, so the page's is on.
export const accessible = async (browser, file, setting) => {
  await withPage(browser, file, setting, async (page) => {
    await page.evaluate(() => {
      for (const part of document.querySelectorAll('details')) part.open = true;
    });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
    const told = violations.map(({ id, nodes }) => `${id} at ${nodes[0].html.slice(0, 120)} and ${nodes.length - 1} more`);
    expect(told.length === 0, `${name(setting)}: ${told.join('; ')}`);
  });
};
