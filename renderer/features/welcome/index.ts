/** Public face of Welcome. */
export { DoctorPage } from "./DoctorPage.tsx";
export { WelcomeCommands } from "./WelcomeCommands.tsx";
export { WelcomePage } from "./WelcomePage.tsx";
