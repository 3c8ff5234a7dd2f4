// Every element with data-ask opens the chat with its question: window.steward.open({ message }).
document.addEventListener('click', (event) => {
  const asked = event.target.closest('[data-ask]');
  if (asked) window.steward?.open({ message: asked.dataset.ask });
});
