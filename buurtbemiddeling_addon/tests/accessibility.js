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

    if (document.documentElement.scrollWidth > innerWidth) {
        const tooWide = all("main *").filter((element) => element.getBoundingClientRect().right > innerWidth);
        problems.push(`it scrolls sideways ${tooWide.map(short).join("\n  ")}`);
    }
    if (layoutOnly) {
        return problems;
    }
    const lang = document.documentElement.lang;
    check(lang === language, `its language is "${lang}", and it is served in ${language}`);
    const headings = all("h1, [role=heading][aria-level='1']");
    check(headings.length === 1, `it has ${headings.length} first headings`);
    check(/^[^\d:@]+$/.test(document.title), `its title is "${document.title}"`);

    for (const field of all(".is-invalid")) {
        // What is wrong with a choice is said of its group.
        const isChoice = field.type === "radio";
        const described = isChoice ? field.closest("fieldset, [role=radiogroup]") : field;
        const ids = (described?.getAttribute("aria-describedby") || "").split(" ");
        check(ids.some((id) => document.getElementById(id)?.textContent.trim()), `no words for the error of ${short(field)}`);
        check(isChoice || field.ariaInvalid === "true", `it does not say that this is wrong: ${short(field)}`);
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
