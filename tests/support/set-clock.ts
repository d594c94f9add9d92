// Loaded before a program (`clock-at.ts`): sets the two clocks that `server/clock.ts` reads forward or back.
const aheadMs = Number(process.env['TEST_CLOCK_AHEAD_MS']);
if (!Number.isFinite(aheadMs)) throw new Error('TEST_CLOCK_AHEAD_MS is no number');
const machineNow = Date.now;
Date.now = () => machineNow() + aheadMs;
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + aheadMs });
