// node run.mjs EXPECTED PAGE…: every check on every page, and every check on a page with a fault
// planted, which it must find (in the first page). EXPECTED is a folder with what the example
// `explorer_numbers` wrote: NAME.json for the page NAME/index.html. A page without a record.json
// beside it is the index, which has no figures. The page of a fit, or of a study of tables, has no
// numbers behind its figures; faults are planted in the first of these with an explorer, too.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault, launch } from './browser.mjs';
import { explore, touch } from './explorer.mjs';
import { plantAll } from './faults.mjs';
import { SETTINGS, accessible, look } from './looks.mjs';
import { contents, files, sorting } from './tables.mjs';

const [folder, ...pages] = process.argv.slice(2);
if (!pages.length) {
  console.error('usage: node run.mjs EXPECTED PAGE…');
  process.exit(2);
}

/// Bytes of a page.
const LARGEST = 3_000_000;

const json = async (file) => JSON.parse(await readFile(file, 'utf8'));

const checkPage = async (browser, file) => {
  const { size } = await stat(file);
  if (size > LARGEST) throw new Fault(`${size} bytes; ${LARGEST} are allowed`);
  const said = [`${(size / 1000).toFixed(0)} kB`];
  for (const setting of SETTINGS) await look(browser, file, setting);
  const scripted = SETTINGS.filter(({ script }) => script);
  for (const setting of scripted) await accessible(browser, file, setting);
  said.push(`${SETTINGS.length} settings`);
  const recordFile = path.join(path.dirname(file), 'record.json');
  if (!existsSync(recordFile)) return said;

  const record = await json(recordFile);
  const isFit = record.kind === 'fit';
  // A study of several tables shows scores alone.
  const isOfTables = !record.exhibits && record.cells.some((cell) => cell.problem);
  if (!isFit && !isOfTables) {
    said.push(`${await files(browser, file, { script: true })} numbers behind figures`);
    await files(browser, file, { script: false });
    await sorting(browser, file);
    await contents(browser, file);
  }
  if (isFit || record.exhibits?.mixtures?.length) {
    const expected = await json(path.join(folder, `${path.basename(path.dirname(file))}.json`));
    const has = (await readFile(file, 'utf8')).includes('id="explorer"');
    if (has !== expected.length > 0) throw new Fault(has ? 'an explorer of nothing' : 'no explorer');
    if (!has) return said;
    said.push(`${await explore(browser, file, expected, record)} densities explored`);
    await touch(browser, file, expected, record);
  }
  return said;
};

const main = async () => {
  const browser = await launch();
  const scratch = await mkdtemp(path.join(tmpdir(), 'pages-'));
  try {
    for (const page of pages) {
      const began = Date.now();
      const said = await checkPage(browser, path.resolve(page)).catch((error) => {
        error.message = `${page}: ${error.message}`;
        throw error;
      });
      console.log(`${page}: ${said.join(', ')}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
    }
    const fits = [];
    for (const page of pages.slice(1)) {
      const record = path.join(path.dirname(page), 'record.json');
      const isFit = existsSync(record) && (await json(record)).kind === 'fit';
      if (isFit && (await readFile(page, 'utf8')).includes('id="explorer"')) fits.push(page);
    }
    for (const page of [pages[0], ...fits.slice(0, 1)]) {
      const planted = await plantAll(browser, path.resolve(page), folder, scratch);
      console.log(`${page}: ${planted} planted faults found`);
    }
  } finally {
    await browser.close();
    await rm(scratch, { recursive: true, force: true });
  }
};

main().catch((error) => {
  console.error(error instanceof Fault ? error.message : error);
  process.exit(1);
});
