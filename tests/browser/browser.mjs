// A page of ours in Chromium, with no network and every request watched.

import { chromium } from 'playwright-core';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run',
];

export class Fault extends Error {}

export const expect = (holds, says) => {
  if (!holds) throw new Fault(says);
};

/// Debian's browser, or the one that CHROMIUM names.
export const launch = () => {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = places.find((place) => place && existsSync(place));
  expect(executablePath, 'no Chromium at /usr/bin/chromium; CHROMIUM may name another');
  return chromium.launch({ executablePath, args: FLAGS });
};

/// Opens `file`, hands the page to `visit`, and fails if anything was asked of the network or
/// complained of in between.
export const withPage = async (browser, file, setting, visit) => {
  const { width = 1440, theme = 'light', script = true } = setting;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    javaScriptEnabled: script,
    hasTouch: width < 600,
    acceptDownloads: true,
    offline: true,
  });
  const address = pathToFileURL(file).href;
  const heard = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await context.route((url) => url.protocol !== 'file:', (route) => route.abort());
    page.on('request', (request) => {
      const url = request.url();
      if (url.split('#')[0] !== address && !url.startsWith('data:')) heard.push(`request: ${url.slice(0, 120)}`);
    });
    page.on('console', (message) => heard.push(`console ${message.type()}: ${message.text().slice(0, 200)}`));
    page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
    page.on('crash', () => heard.push('the page crashed'));
    await page.goto(address, { waitUntil: 'load' });
    const answer = await visit(page);
    expect(heard.length === 0, heard.join('; '));
    return answer;
  } finally {
    await context.close();
  }
};
