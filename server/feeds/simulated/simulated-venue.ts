/** Venue of made-up prices. No other feed has it, so that they are known for what they are wherever they are recorded. */
export const SIMULATED_VENUE = 'SIM';
