// Sets the theme before the first paint. theme/theme.ts repeats this rule and keeps it while the page lives.
{
  let choice = null;
  try {
    choice = localStorage.getItem("studio.theme");
  } catch {
    // A blocked storage means: follow the system.
  }
  if (!["dark", "light", "hc-dark", "hc-light"].includes(choice)) {
    const light = matchMedia("(prefers-color-scheme: light)").matches;
    const contrast = matchMedia("(prefers-contrast: more)").matches;
    choice = (contrast ? "hc-" : "") + (light ? "light" : "dark");
  }
  document.documentElement.dataset.theme = choice;
}
