// The explorer's numbers against the library's, which `cargo run --example explorer_numbers` writes
// from the record's parameters; scores against the record itself.

import { expect, withPage } from './browser.mjs';

// Two bytes a parameter, then three decimals shown: one in the last decimal.
const TOLERANCE = 0.001;
/// How far the place of a shallow mode may shift.
const SHIFT = 0.05;

/// Runs in the page: the numbers as shown, and in full.
const shown = () => {
  const read = (name) => [...document.querySelectorAll(`#explorer-${name} data`)]
    .map((datum) => ({ text: datum.textContent.replace('\u2212', '-'), value: Number(datum.value) }));
  return {
    k: document.getElementById('explorer-of').textContent,
    x: read('at')[0], modes: read('mode-list'), ends: read('intervals'), quantiles: read('quantiles'),
    nll: read('nll')[0], crps: read('crps')[0],
    slider: document.getElementById('explorer-k').getAttribute('aria-valuetext'),
  };
};

const near = (what, found, expected, slack = []) => {
  expect(found.length === expected.length,
    `${what}: ${found.map((f) => f.text)} shown, ${expected} expected`);
  found.forEach(({ text }, i) => expect(Math.abs(Number(text) - expected[i]) <= TOLERANCE + 1e-9 + (slack[i] ?? 0),
    `${what}: ${text} shown, ${expected[i]} expected`));
};

const compare = (page, expected, record, place) => {
  const where = `${expected.cell}, x = ${expected.x}`;
  const cell = record.cells.find(({ id }) => id === expected.cell);
  expect(page.k === `K = ${cell.n_components}, ${cell.recipe}`, `${where}: shows ${page.k}`);
  expect(page.x.value === expected.x, `${where}: shows x = ${page.x.value}`);
  // A shallow mode may be made or unmade by the packing; the others stand.
  const shallow = ({ text }) => expected.doubtful_modes.some((at) => Math.abs(Number(text) - at) <= SHIFT);
  const known = ({ text }) => expected.modes.some((at) => Math.abs(Number(text) - at) <= TOLERANCE + 1e-9);
  near(`${where}: modes`, page.modes.filter((mode) => known(mode) || !shallow(mode)), expected.modes);
  near(`${where}: region`, page.ends, expected.intervals.flat(), expected.end_slack);
  near(`${where}: quantiles`, page.quantiles, expected.quantiles, expected.quantile_slack);
  expect(page.nll.value === cell.nll_nats_mean.test, `${where}: NLL ${page.nll.value}`);
  expect(page.crps.value === cell.crps_mean_test, `${where}: CRPS ${page.crps.value}`);
  expect(place || page.slider === page.k, `${where}: the slider says ${page.slider}`);
};

const find = (expected, network, x) => expected.find((one) => one.network === network && one.at === x);

/// Sliders by keyboard, the line by pointer and by finger, then every expected density.
export const explore = async (browser, file, expected, record) => {
  const last = Math.max(...expected.map(({ at }) => at));
  const networks = Math.max(...expected.map(({ network }) => network));

  await withPage(browser, file, { script: false }, async (page) => {
    expect(!await page.locator('.explorer .controls').isVisible(), 'without script the sliders are dead');
    const start = await page.evaluate(() => ({
      network: Number(document.getElementById('explorer-k').value),
      x: Number(document.getElementById('explorer-x').value),
    }));
    compare(await page.evaluate(shown), find(expected, start.network, start.x), record, true);
  });

  return withPage(browser, file, {}, async (page) => {
    await page.locator('#explorer-k').scrollIntoViewIfNeeded();
    await page.focus('#explorer-k');
    const outline = await page.$eval('#explorer-k', (slider) => getComputedStyle(slider).outlineStyle);
    expect(outline !== 'none', 'the focus cannot be seen');
    await page.keyboard.press('Home');
    await page.focus('#explorer-x');
    await page.keyboard.press('Home');
    compare(await page.evaluate(shown), find(expected, 0, 0), record);
    await page.keyboard.press('End');
    compare(await page.evaluate(shown), find(expected, 0, last), record);
    await page.focus('#explorer-k');
    for (let i = 0; i < networks; i += 1) await page.keyboard.press('ArrowRight');
    compare(await page.evaluate(shown), find(expected, networks, last), record);

    // The middle of the grid, by a press on the picture, a drag beyond its left edge, and a finger.
    const middle = Math.round(last / 2);
    const middleX = find(expected, networks, middle).x;
    const place = await page.$eval('#explorer-plane', (plane, x) => {
      const [left, right, , , x0, x1] = plane.dataset.frame.split(' ').map(Number);
      const box = plane.querySelector('svg');
      const { left: edge, top, width, height } = box.getBoundingClientRect();
      const unit = left + (x - x0) / (x1 - x0) * (right - left);
      return { x: edge + unit * width / box.viewBox.baseVal.width, y: top + height / 2, edge };
    }, middleX);
    await page.mouse.move(place.x, place.y);
    await page.mouse.down();
    compare(await page.evaluate(shown), find(expected, networks, middle), record);
    await page.mouse.move(place.edge, place.y, { steps: 4 });
    compare(await page.evaluate(shown), find(expected, networks, 0), record);
    await page.mouse.up();
    await page.mouse.move(place.x, place.y);
    compare(await page.evaluate(shown), find(expected, networks, 0), record);

    for (const one of expected) {
      await page.evaluate(({ network, at }) => {
        for (const [name, value] of [['k', network], ['x', at]]) {
          const slider = document.getElementById(`explorer-${name}`);
          slider.value = value;
          slider.dispatchEvent(new Event('input'));
        }
      }, one);
      compare(await page.evaluate(shown), one, record);
    }
    return expected.length;
  });
};

/// On a narrow screen the line follows a finger.
export const touch = async (browser, file, expected, record) =>
  withPage(browser, file, { width: 390 }, async (page) => {
    const plane = page.locator('#explorer-plane svg');
    await plane.scrollIntoViewIfNeeded();
    const box = await plane.boundingBox();
    await page.touchscreen.tap(box.x + box.width - 1, box.y + box.height / 2);
    const network = await page.$eval('#explorer-k', (slider) => Number(slider.value));
    const last = Math.max(...expected.map(({ at }) => at));
    compare(await page.evaluate(shown), find(expected, network, last), record);
  });
