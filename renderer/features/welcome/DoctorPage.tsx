/** The doctor as a page of its own. */
import { Doctor } from "./Doctor.tsx";
import "./welcome.css";

export function DoctorPage() {
  return (
    <div className="welcome">
      <div className="doctor-page">
        <Doctor />
      </div>
    </div>
  );
}
