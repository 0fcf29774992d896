// Behind each figure: the file holds what the table shows; tables sort; the contents follow.

import { readFile } from 'node:fs/promises';
import { expect, withPage } from './browser.mjs';

const number = (text) => Number(text.replaceAll('\u2212', '-').replace(/,(?=\d{3})/g, ''));

/// Half a unit of the last digit that is shown.
const half = (text) => {
  const [mantissa, exponent = '0'] = text.replaceAll('\u2212', '-').split('e');
  return 0.5 * 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0));
};

const parse = (csv) => csv.trimEnd().split('\n').map((line) => line.split(','));

/// Every file against its table, and one of them through a real download.
export const files = async (browser, file, { script }) => withPage(browser, file, { script }, async (page) => {
  const all = await page.$$eval('details.behind', (parts) => parts.map((part) => ({
    href: part.querySelector('a[download]').href,
    file: part.querySelector('a[download]').download,
    head: [...part.querySelectorAll('thead th')].length,
    rows: [...part.querySelectorAll('tbody tr')].map((row) => ({
      at: Number(row.dataset.row), cells: [...row.cells].map((cell) => cell.textContent.trim()) })),
  })));
  expect(all.length > 0, 'no numbers behind any figure');
  let compared = 0;
  for (const { href, file: called, head, rows } of all) {
    const lines = parse(decodeURIComponent(href.slice(href.indexOf(',') + 1)));
    expect(lines[0].length === head, `${called}: ${head} columns, not ${lines[0].length}`);
    expect(rows.length > 0, `${called}: an empty table`);
    for (const { at, cells } of rows) {
      const full = lines[at + 1];
      expect(full?.length === cells.length && full[0] === cells[0], `${called}: row ${at} is another`);
      cells.slice(1).forEach((text, i) => {
        const value = full[i + 1];
        const same = value === '' ? text === '–'
          : Math.abs(number(text) - Number(value)) <= half(text) * (1 + 1e-9);
        expect(same, `${called}: row ${at} shows ${text}, the file has ${value}`);
        compared += 1;
      });
    }
  }
  const [{ href, file: called }] = all;
  await page.locator('details.behind summary').first().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'), page.locator('a[download]').first().click()]);
  const saved = await readFile(await download.path(), 'utf8');
  expect(download.suggestedFilename() === called, `saved as ${download.suggestedFilename()}`);
  expect(saved === decodeURIComponent(href.slice(href.indexOf(',') + 1)), `${called}: saved otherwise`);
  return compared;
});

/// A click, and the keyboard, on a heading: the column is in order and says in which.
export const sorting = async (browser, file) => withPage(browser, file, {}, async (page) => {
  await page.locator('details.behind summary').last().click();
  const table = page.locator('details.behind table').last();
  const heading = table.locator('thead th').last();
  const column = async () => {
    const texts = await table.locator('tbody tr td:last-child').allTextContents();
    return texts.filter((text) => text !== '–').map(number);
  };
  const rises = (values) => values.every((v, i) => i === 0 || values[i - 1] <= v);
  const before = await column();
  await heading.locator('button').click();
  expect(await heading.getAttribute('aria-sort') === 'ascending', 'a sorted column does not say so');
  expect(rises(await column()), 'a click does not sort');
  await heading.locator('button').focus();
  await page.keyboard.press('Enter');
  expect(await heading.getAttribute('aria-sort') === 'descending', 'the keyboard does not turn the order');
  expect(rises((await column()).reverse()), 'the keyboard does not sort');
  expect((await column()).length === before.length, 'a row is lost');
});

/// The contents mark the section that is read.
export const contents = async (browser, file) => withPage(browser, file, {}, async (page) => {
  const links = await page.$$eval('.contents a', (all) => all.map((link) => link.hash.slice(1)));
  expect(links.length > 5, 'hardly any contents');
  for (const id of [links[1], links[links.length - 2], links[0]]) {
    await page.evaluate((target) => document.getElementById(target).scrollIntoView({ behavior: 'instant' }), id);
    await page.waitForFunction((target) =>
      document.querySelector('.contents a[aria-current]')?.hash === `#${target}`, id, { timeout: 3000 })
      .catch(() => expect(false, `the contents do not mark #${id}`));
  }
});
