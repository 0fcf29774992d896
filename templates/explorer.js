'use strict';
// One predicted density at a time. Everything here is computed from the packed mixtures of the page.
(() => {
  const element = (name) => document.getElementById(`explorer-${name}`);
  const data = JSON.parse(element('data').textContent);
  const { names, digits } = data;

  // Two bytes a number, little-endian, whatever this machine's order.
  const unpack = (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true) / 65535);
  };
  const between = (low, high, share) => low + share * (high - low);
  // Pairs of density and ordinate; none where nobody knows the exact density.
  const exactOf = ({ y: [first, last, n], peaks, shares }) => {
    const all = unpack(shares);
    return (x) => Array.from({ length: n }, (_, i) => [
      peaks[x] * all[x * n + i], first + (last - first) * i / (n - 1)]);
  };
  const exactAt = data.exact ? exactOf(data.exact) : () => [];
  const unpacked = new Map();
  const mixtureAt = (network, x) => {
    const k = network.n_components;
    if (!unpacked.has(network)) unpacked.set(network, unpack(network.parameters));
    const shares = unpacked.get(network);
    const part = (place) => shares.slice((place * data.x.length + x) * k, (place * data.x.length + x + 1) * k);
    const weights = part(0).map((share) => share * share);
    const total = weights.reduce((a, b) => a + b, 0);
    const means = part(1).map((share, i) => between(...network.means[i], share));
    const scales = part(2).map((share, i) => Math.exp(between(...network.scales[i].map(Math.log), share)));
    return weights.map((weight, i) => ({ weight: weight / total, mean: means[i], scale: scales[i] }));
  };

  const normal = (z) => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  // Marsaglia (2004): Φ(z) = 1/2 + φ(z)(z + z³/3 + z⁵/(3·5) + …), all terms of one sign.
  const normalCdf = (z) => {
    if (z < -8) return 0;
    if (z > 8) return 1;
    let sum = z;
    let term = z;
    for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
      term *= z * z / odd;
      sum += term;
    }
    return 0.5 + sum * normal(z);
  };
  const sum = (mixture, of) => mixture.reduce((total, part) => total + part.weight * of(part), 0);
  const density = (mixture, y) => sum(mixture, ({ mean, scale }) => normal((y - mean) / scale) / scale);
  // A square of the scale may be no number where the scale is one, so it is divided by twice.
  const slope = (mixture, y) => sum(mixture, ({ mean, scale }) => {
    const z = (y - mean) / scale;
    return -normal(z) * z / scale / scale;
  });
  const cdf = (mixture, y) => sum(mixture, ({ mean, scale }) => normalCdf((y - mean) / scale));

  // The root of a function that is negative at `low` and positive at `high`.
  const root = (f, low, high) => {
    for (let i = 0; i < 60; i += 1) {
      const middle = (low + high) / 2;
      if (f(middle) < 0) low = middle; else high = middle;
    }
    return (low + high) / 2;
  };
  const quantile = (mixture, p) => {
    const ends = mixture.flatMap(({ mean, scale }) => [mean - 9 * scale, mean + 9 * scale]);
    return root((y) => cdf(mixture, y) - p, Math.min(...ends), Math.max(...ends));
  };
  // Ordinates so close that between neighbours no component turns more than once.
  const ladder = (mixture) => {
    const rungs = mixture.flatMap(({ mean, scale }) =>
      Array.from({ length: 73 }, (_, i) => mean + (i - 36) * scale / 4));
    return rungs.sort((a, b) => a - b);
  };
  const modesOf = (mixture, rungs) => {
    const slopes = rungs.map((y) => slope(mixture, y));
    const modes = [];
    for (let i = 1; i < rungs.length; i += 1) {
      if (slopes[i - 1] > 0 && slopes[i] <= 0) {
        const at = root((y) => -slope(mixture, y), rungs[i - 1], rungs[i]);
        modes.push({ at, density: density(mixture, at) });
      }
    }
    return modes;
  };
  // The set {p(y) ≥ level} as intervals.
  const above = (mixture, rungs, densities, level) => {
    const ends = [];
    for (let i = 1; i < rungs.length; i += 1) {
      const rises = densities[i - 1] < level && densities[i] >= level;
      const falls = densities[i - 1] >= level && densities[i] < level;
      const sign = rises ? 1 : -1;
      if (rises || falls) ends.push(root((y) => sign * (density(mixture, y) - level), rungs[i - 1], rungs[i]));
    }
    return Array.from({ length: ends.length >> 1 }, (_, i) => [ends[2 * i], ends[2 * i + 1]]);
  };
  // The level at which that set holds probability p.
  const region = (mixture, modes, rungs, p) => {
    const all = [...rungs, ...modes.map((mode) => mode.at)].sort((a, b) => a - b);
    const densities = all.map((y) => density(mixture, y));
    const held = (level) => above(mixture, all, densities, level)
      .reduce((total, [low, high]) => total + cdf(mixture, high) - cdf(mixture, low), 0);
    const top = Math.log(Math.max(...densities));
    const level = root((t) => p - held(Math.exp(t)), top - 40, top);
    return above(mixture, all, densities, Math.exp(level));
  };

  // Decimals behind a common power of ten, as the page itself writes them.
  const text = (value, { decimals, exponent }) => {
    const shown = (exponent ? value / Number(`1e${exponent}`) : value).toFixed(decimals);
    const unsigned = Number(shown) === 0 ? shown.replace('-', '') : shown;
    return (exponent ? `${unsigned}e${exponent}` : unsigned).replaceAll('-', '\u2212');
  };
  const datum = (value, form, key) => {
    if (value === null) return '–';
    const shown = document.createElement('data');
    shown.value = value;
    shown.textContent = text(value, form);
    if (key) shown.dataset.key = key;
    return shown;
  };

  // Pictures: the page drew them once; here the moving parts are drawn again.
  const frame = (name) => {
    const [left, right, top, bottom, x0, x1, y0, y1] = element(name).dataset.frame.split(' ').map(Number);
    return {
      left, right, x0, x1, y0, y1,
      place: (x, y) => [
        Math.round(left + (x - x0) / (x1 - x0) * (right - left)),
        Math.round(bottom - (Math.min(Math.max(y, y0), y1) - y0) / (y1 - y0) * (bottom - top))],
    };
  };
  const plane = frame('plane');
  const profile = frame('profile');
  const path = (f, points) => points.map(([x, y], i) => (i ? 'L' : 'M') + f.place(x, y).join(' ')).join('');
  const draw = (name, d) => element(name).setAttribute('d', d);
  const picture = (x, mixture, exact, modes, intervals) => {
    const drawn = Array.from({ length: 401 }, (_, i) => profile.y0 + (profile.y1 - profile.y0) * i / 400);
    const ys = [...drawn, ...modes.map((mode) => mode.at)].sort((a, b) => a - b);
    const curve = ys.map((y) => [density(mixture, y), y]);
    const highest = Math.max(...curve.map(([p]) => p), ...exact.map(([p]) => p), Number.MIN_VALUE);
    const scaled = (points) => points.map(([p, y]) => [p / highest, y]);
    draw('line', path(plane, [[x, plane.y0], [x, plane.y1]]));
    draw('region', intervals.map(([low, high]) => path(plane, [[x, low], [x, high]])).join(''));
    draw('modes', modes.map((mode) => `${path(plane, [[x, mode.at]])}h0`).join(''));
    if (exact.length) draw('exact', path(profile, scaled(exact)));
    draw('density', path(profile, scaled(curve)));
    draw('shade', intervals.map(([low, high]) => {
      const inside = curve.filter(([, y]) => y > low && y < high);
      const ends = (y) => [density(mixture, y), y];
      return `${path(profile, scaled([[0, low], ends(low), ...inside, ends(high), [0, high]]))}z`;
    }).join(''));
    element('scale').textContent = text(highest, digits.density);
  };

  const list = (name, parts) => element(name).replaceChildren(
    ...parts.flatMap((part, i) => (i ? [', ', ...part] : part)));
  const equation = (letter, value) => {
    const name = document.createElement('i');
    name.textContent = letter;
    return [name, ' = ', value];
  };

  // A page with one network has no choice of it.
  const sliders = { k: element('k'), x: element('x') };
  const show = () => {
    const network = data.networks[sliders.k?.value ?? 0];
    const at = Number(sliders.x.value);
    const x = data.x[at];
    const mixture = mixtureAt(network, at);
    const rungs = ladder(mixture);
    const found = modesOf(mixture, rungs);
    const highest = Math.max(...found.map((mode) => mode.density));
    const modes = found.filter((mode) => mode.density > highest / 100);
    const intervals = region(mixture, found, rungs, 0.9);
    const quantiles = [0.05, 0.5, 0.95].map((p) => quantile(mixture, p));
    picture(x, mixture, exactAt(at), modes, intervals);

    const { recipe, nll, crps } = network;
    const k = String(network.n_components);
    const place = `${names.x} = ${text(x, digits.x)}`;
    const named = [...equation('K', k), `, ${recipe}`];
    sliders.k?.setAttribute('aria-valuetext', `K = ${k}, ${recipe}`);
    element('k-value')?.replaceChildren(...named);
    sliders.x.setAttribute('aria-valuetext', place);
    element('x-value').replaceChildren(...equation(names.x, text(x, digits.x)));
    element('at').replaceChildren(datum(x, digits.x));
    element('of').replaceChildren(...named.map((part) => part.cloneNode?.(true) ?? part));
    const y = (value) => datum(value, digits.y);
    list('mode-list', modes.map((mode) => [y(mode.at)]));
    list('intervals', intervals.map(([low, high]) => [y(low), ' to ', y(high)]));
    list('quantiles', quantiles.map((value) => [y(value)]));
    element('nll').replaceChildren(datum(nll.value, digits.nll, nll.key));
    element('crps').replaceChildren(datum(crps.value, digits.crps, crps.key));
    return `K = ${k}, ${recipe}, ${place}: ${modes.length} modes, median ${text(quantiles[1], digits.y)}`;
  };

  // However often the hand moves, a density is computed once a frame. A sentence follows for those
  // who do not see the picture, once the hand rests.
  let isWaiting = false;
  let speaking;
  const compute = () => {
    isWaiting = false;
    const sentence = show();
    clearTimeout(speaking);
    speaking = setTimeout(() => { element('says').textContent = sentence; }, 400);
  };
  const update = () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(compute);
  };
  for (const slider of Object.values(sliders)) slider?.addEventListener('input', update);

  // The line follows a mouse or a finger; data.x rises in equal steps.
  const pictured = element('plane');
  const follow = (event) => {
    const box = pictured.querySelector('svg');
    const { left, width } = box.getBoundingClientRect();
    const unit = (event.clientX - left) / width * box.viewBox.baseVal.width;
    const x = plane.x0 + (unit - plane.left) / (plane.right - plane.left) * (plane.x1 - plane.x0);
    const last = data.x.length - 1;
    const nearest = Math.round((x - data.x[0]) / (data.x[last] - data.x[0]) * last);
    sliders.x.value = Math.min(Math.max(nearest, 0), last);
    update();
  };
  pictured.addEventListener('pointerdown', (event) => {
    pictured.setPointerCapture(event.pointerId);
    follow(event);
  });
  pictured.addEventListener('pointermove', (event) => {
    if (pictured.hasPointerCapture(event.pointerId)) follow(event);
  });

  document.querySelector('.explorer .controls').hidden = false;
  show();
})();
