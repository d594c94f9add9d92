/** Two short tones, a fifth apart, s and Hz. */
const TONES = [
  { atS: 0, hz: 660 },
  { atS: 0.11, hz: 990 },
] as const;
const TONE_S = 0.1;
/** A full volume that does not startle. */
const GAIN_MAX = 0.25;

let context: AudioContext | null = null;

/** Plays the tone of an alert; returns false where the browser lets the page make no sound before it was clicked. */
export async function playAlertSound(volumePercent: number): Promise<boolean> {
  if (volumePercent <= 0 || typeof AudioContext === 'undefined') return false;
  context ??= new AudioContext();
  if (context.state === 'suspended') {
    // Without a click this waits for one, for ever.
    void context.resume();
    await new Promise((resolve) => setTimeout(resolve, 50));
    if ((context.state as AudioContextState) !== 'running') return false;
  }
  const { currentTime, destination } = context;
  for (const { atS, hz } of TONES) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const fromS = currentTime + atS;
    tone.frequency.value = hz;
    gain.gain.setValueAtTime(0.0001, fromS);
    gain.gain.exponentialRampToValueAtTime(GAIN_MAX * (volumePercent / 100), fromS + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, fromS + TONE_S);
    tone.connect(gain).connect(destination);
    tone.start(fromS);
    tone.stop(fromS + TONE_S);
  }
  return true;
}
