// node preview.mjs PAGE FOLDER: FOLDER/preview-light.png and preview-dark.png for the README,
// the explorer's pictures by day and by night.

import path from 'node:path';
import { stat } from 'node:fs/promises';
import { expect, launch, withPage } from './browser.mjs';

const [page, folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node preview.mjs PAGE FOLDER');
  process.exit(2);
}
const LARGEST = 60_000;

const browser = await launch();
try {
  for (const theme of ['light', 'dark']) {
    const target = path.join(folder, `preview-${theme}.png`);
    await withPage(browser, path.resolve(page), { theme, width: 1440 }, async (shown) => {
      const portrait = shown.locator('#explorer .portrait');
      await portrait.scrollIntoViewIfNeeded();
      await portrait.screenshot({ path: target });
    });
    const { size } = await stat(target);
    expect(size <= LARGEST, `${target}: ${size} bytes`);
    console.log(`${target}: ${size} bytes`);
  }
} finally {
  await browser.close();
}
