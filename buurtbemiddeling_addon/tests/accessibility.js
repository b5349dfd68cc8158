/**
 * Return what is wrong with the page that is open, a sentence for each thing.
 *
 * `axe` is the checker of axe-core; what it cannot see is checked here.
 */
async ({ language, layoutOnly }) => {
    const problems = [];
    const check = (isRight, problem) => isRight || problems.push(problem);
    const all = (selector) => [...document.querySelectorAll(selector)];
    const short = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 150);

    check(document.documentElement.scrollWidth <= innerWidth, `it scrolls sideways at ${innerWidth} pixels`);
    if (layoutOnly) {
        return problems;
    }
    const lang = document.documentElement.lang;
    check(lang === language, `its language is "${lang}", and it is served in ${language}`);
    const headings = all("h1, [role=heading][aria-level='1']");
    check(headings.length === 1, `it has ${headings.length} first headings`);
    check(/^[^\d:@]+$/.test(document.title), `its title is "${document.title}"`);

    for (const field of all(".is-invalid")) {
        const group = field.closest("[role=radiogroup]") || field;
        const notes = (group.getAttribute("aria-describedby") || "").split(" ").map((id) => document.getElementById(id));
        check(notes[0]?.querySelector(".invalid-feedback")?.textContent.trim(), `no words for the error of ${short(field)}`);
        check(group.getAttribute("aria-invalid") === "true", `it does not say that this is wrong: ${short(group)}`);
    }
    const summary = document.querySelector("[role=alert]");
    if (summary) {
        check(document.activeElement === summary, `the keyboard is not at what is wrong, but at ${short(document.activeElement)}`);
        const links = [...summary.querySelectorAll("a[href^='#']")];
        for (const link of links) {
            const field = document.getElementById(link.hash.slice(1));
            check(field && (field.tabIndex >= 0 || field.hasAttribute("tabindex")), `this leads nowhere: ${short(link)}`);
        }
        for (const id of new Set(all("[aria-invalid=true]").map((field) => field.id))) {
            check(links.some((link) => link.hash === `#${id}`), `what is wrong with ${id} is not in the list`);
        }
    }
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    for (const { id, help, nodes } of violations) {
        for (const { target, html } of nodes) {
            problems.push(`${id} (${help}) at ${target.join(" ")}: ${html.slice(0, 150)}`);
        }
    }
    return problems;
};
