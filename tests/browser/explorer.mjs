// The explorer's numbers against the library's, which `cargo run --example explorer_numbers` writes
// from the record's parameters; scores against the record itself.

import { expect, withPage } from './browser.mjs';

const number = (text) => Number(text.replaceAll('\u2212', '-'));

/// Runs in the page: the numbers as shown, and in full.
const shown = () => {
  const read = (name) => [...document.querySelectorAll(`#explorer-${name} data`)]
    .map((datum) => ({ text: datum.textContent, value: Number(datum.value) }));
  return {
    k: document.getElementById('explorer-of').textContent,
    x: read('at')[0], modes: read('mode-list'), ends: read('intervals'), quantiles: read('quantiles'),
    nll: read('nll')[0], crps: read('crps')[0],
    slider: document.getElementById('explorer-k')?.getAttribute('aria-valuetext'),
    place: document.getElementById('explorer-x-value').textContent,
    spoken: document.getElementById('explorer-x').getAttribute('aria-valuetext'),
  };
};

/// The same once what the hand did is drawn, which a frame later it is.
const read = async (page) => {
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(done); }));
  return page.evaluate(shown);
};

/// What the record says of a network, and what its page calls x.
const recorded = (record, id) => {
  const cell = record.cells.find((one) => one.id === id);
  if (record.kind !== 'fit') {
    return { ...cell, x: 'x', nll: cell.nll_nats_mean.test, crps: cell.crps_mean_test };
  }
  const { nll_nats: nll, targets: [{ crps }] } = record.scores_test;
  return { ...cell, x: record.data.table.features[0], nll: nll.mean, crps: crps.mean };
};

// Two bytes a parameter, then few decimals shown: one in the last decimal.
const near = (what, found, expected, tolerance, slack = []) => {
  expect(found.length === expected.length,
    `${what}: ${found.map((f) => f.text)} shown, ${expected} expected`);
  found.forEach(({ text }, i) => expect(
    Math.abs(number(text) - expected[i]) <= tolerance * (1 + 1e-6) + (slack[i] ?? 0),
    `${what}: ${text} shown, ${expected[i]} expected`));
};

const compare = (page, expected, record, isStill) => {
  const where = `${expected.cell}, x = ${expected.x}`;
  const { tolerance, shift } = expected;
  const cell = recorded(record, expected.cell);
  expect(page.k === `K = ${cell.n_components}, ${cell.recipe}`, `${where}: shows ${page.k}`);
  expect(page.x.value === expected.x, `${where}: shows x = ${page.x.value}`);
  expect(page.place === `${cell.x} = ${page.x.text}`, `${where}: shows ${page.place}`);
  // A shallow mode may be made or unmade by the packing; the others stand.
  const shallow = ({ text }) => expected.doubtful_modes.some((at) => Math.abs(number(text) - at) <= shift);
  const known = ({ text }) => expected.modes.some((at) => Math.abs(number(text) - at) <= tolerance * (1 + 1e-6));
  near(`${where}: modes`, page.modes.filter((mode) => known(mode) || !shallow(mode)), expected.modes, tolerance);
  near(`${where}: region`, page.ends, expected.intervals.flat(), tolerance, expected.end_slack);
  near(`${where}: quantiles`, page.quantiles, expected.quantiles, tolerance, expected.quantile_slack);
  expect(page.nll.value === cell.nll, `${where}: NLL ${page.nll.value}`);
  expect(page.crps.value === cell.crps, `${where}: CRPS ${page.crps.value}`);
  expect(isStill || page.spoken === page.place, `${where}: the slider of x says ${page.spoken}`);
  expect(isStill || page.slider === undefined || page.slider === page.k, `${where}: the slider says ${page.slider}`);
};

/// Runs in the page: how often it computes when the hand moves twenty times within a frame.
const burst = () => new Promise((done) => {
  let computed = 0;
  const observer = new MutationObserver((changes) => { computed += changes.length; });
  observer.observe(document.getElementById('explorer-x-value'), { childList: true });
  const slider = document.getElementById('explorer-x');
  for (let i = 0; i < 20; i += 1) {
    slider.value = i % 5;
    slider.dispatchEvent(new Event('input'));
  }
  requestAnimationFrame(() => requestAnimationFrame(() => done(computed)));
});

const find = (expected, network, x) => expected.find((one) => one.network === network && one.at === x);

/// Sliders by keyboard, the line by pointer and by finger, then every expected density.
export const explore = async (browser, file, expected, record) => {
  const last = Math.max(...expected.map(({ at }) => at));
  const networks = Math.max(...expected.map(({ network }) => network));

  await withPage(browser, file, { script: false }, async (page) => {
    expect(!await page.locator('.explorer .controls').isVisible(), 'without script the sliders are dead');
    const start = await page.evaluate(() => ({
      network: Number(document.getElementById('explorer-k')?.value ?? 0),
      x: Number(document.getElementById('explorer-x').value),
    }));
    compare(await page.evaluate(shown), find(expected, start.network, start.x), record, true);
  });

  return withPage(browser, file, {}, async (page) => {
    const choosers = networks > 0 ? ['#explorer-k', '#explorer-x'] : ['#explorer-x'];
    expect(await page.locator('.explorer input').count() === choosers.length, 'a slider too few or too many');
    await page.locator('#explorer-x').scrollIntoViewIfNeeded();
    for (const chooser of choosers) {
      await page.focus(chooser);
      const outline = await page.$eval(chooser, (slider) => getComputedStyle(slider).outlineStyle);
      expect(outline !== 'none', 'the focus cannot be seen');
      await page.keyboard.press('Home');
    }
    compare(await read(page), find(expected, 0, 0), record);
    await page.keyboard.press('End');
    compare(await read(page), find(expected, 0, last), record);
    if (networks > 0) await page.focus('#explorer-k');
    for (let i = 0; i < networks; i += 1) await page.keyboard.press('ArrowRight');
    compare(await read(page), find(expected, networks, last), record);

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
    compare(await read(page), find(expected, networks, middle), record);
    await page.mouse.move(place.edge, place.y, { steps: 4 });
    compare(await read(page), find(expected, networks, 0), record);
    await page.mouse.up();
    await page.mouse.move(place.x, place.y);
    compare(await read(page), find(expected, networks, 0), record);

    for (const one of expected) {
      await page.evaluate(({ network, at }) => {
        for (const [name, value] of [['k', network], ['x', at]]) {
          const slider = document.getElementById(`explorer-${name}`);
          if (!slider) continue;
          slider.value = value;
          slider.dispatchEvent(new Event('input'));
        }
      }, one);
      compare(await read(page), one, record);
    }
    const computed = await page.evaluate(burst);
    expect(computed === 1, `computed ${computed} times a frame`);
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
    const network = await page.$eval('#explorer-k', (slider) => Number(slider.value)).catch(() => 0);
    const last = Math.max(...expected.map(({ at }) => at));
    compare(await read(page), find(expected, network, last), record);
  });
