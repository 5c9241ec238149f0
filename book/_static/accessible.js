/* Names and roles that the theme and the quizzes leave out, for readers who listen to the page. */
"use strict";

function nameSummaries() {
  for (const summary of document.querySelectorAll("nav summary:not([aria-label])")) {
    const link = summary.closest("li")?.querySelector(":scope > a");
    summary.setAttribute("aria-label", `Pages of ${link ? link.textContent.trim() : "this part"}`);
  }
}

function nameQuizInputs() {
  for (const input of document.querySelectorAll(".Quiz input.Input-text:not([aria-label])")) {
    const question = input.closest(".Quiz").querySelector('[class$="Qn"]');
    input.setAttribute("aria-label", `Answer to: ${question ? question.textContent.trim() : "the question"}`);
  }
  for (const feedback of document.querySelectorAll(".Quiz .Feedback:not([aria-live])")) {
    feedback.setAttribute("aria-live", "polite");
  }
}

function listSources() {
  for (const source of document.querySelectorAll('[role="list"] > .citation')) {
    source.setAttribute("role", "listitem");
  }
}

document.addEventListener("DOMContentLoaded", () => {
  nameSummaries();
  listSources();
  nameQuizInputs();
  const article = document.querySelector("article");
  if (article) {
    new MutationObserver(nameQuizInputs).observe(article, { childList: true, subtree: true });
  }
});
