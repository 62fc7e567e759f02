/** Public face of Welcome. */
export { WelcomeCommands } from "./WelcomeCommands.tsx";
export { WelcomePage } from "./WelcomePage.tsx";
