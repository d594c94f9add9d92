/** What a filter understands: for the field itself. How it is read comes when something is typed. */
export const FILTER_HINT = 'Words, or vol>1m chg<-2 venue:sim class:fx age>5s, and - in front to leave out';
