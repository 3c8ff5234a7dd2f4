namespace Steward.Search.Tests.Hybrid;

/// <summary>An invented bike rental and what its customers ask: the set the answerability was calibrated on.</summary>
internal static class LabelledQuestions
{
    public static readonly (string Title, string Text)[] Passages =
    [
        ("Opening hours", "We are open Monday to Friday from 9 am to 6 pm and on Saturday from 10 am to 4 pm. On Sundays and public holidays the shop is closed."),
        ("Where to find us", "Our shop is at 12 Harbour Street, next to the old customs house. The tram stop Harbour Square is two minutes away on foot."),
        ("Rental prices", "A city bike costs 14 euros per day, an e-bike 32 euros per day and a cargo bike 39 euros per day. Half a day costs 60 percent of the daily price."),
        ("Weekly rental", "If you rent for a week you pay for five days only. For a month please ask for an offer by email."),
        ("Deposit", "We ask for a deposit of 100 euros per bike, by card or in cash. You get it back when you return the bike undamaged."),
        ("Payment", "You can pay by credit card, debit card or cash. We do not take cheques. Companies may pay by invoice within 14 days."),
        ("Booking", "You can book online or by phone. To reserve a bike we need your name, your height and a mobile number."),
        ("Cancellation", "You can cancel a booking free of charge until 24 hours before pickup. After that we charge half of the rental price."),
        ("Refunds", "Refunds are paid to the card you used within five working days. Cash payments are refunded in the shop."),
        ("Changing a booking", "You can change the date of your booking once without a fee, if bikes are available on the new date."),
        ("Late return", "If you return a bike late we charge 8 euros for every hour that has begun. After 8 pm a full extra day is due."),
        ("Helmets", "Helmets are included in every rental at no cost. We have sizes for adults and children."),
        ("Child seats and trailers", "A child seat costs 4 euros per day and carries children up to 22 kilograms. A trailer for two children costs 12 euros per day."),
        ("Minimum age", "You must be at least 16 years old to rent an e-bike. Children under 14 ride only together with an adult."),
        ("Identification", "Please bring a valid passport or identity card. A driving licence is not needed."),
        ("Range of the e-bikes", "The battery of our e-bikes lasts for about 80 kilometres. Charging takes four hours; a charger is in the bag on the rack."),
        ("Flat tyre on the way", "If you get a flat tyre, call our service number 0800 555 010. A mechanic comes to you within the city between 9 am and 6 pm."),
        ("Stolen bike", "If a bike is stolen, report it to the police and call us on the same day. With a locked bike your own share is limited to 250 euros."),
        ("Insurance", "Theft insurance costs 3 euros per day and removes your own share. Damage from accidents is covered by the same insurance."),
        ("Locks", "Every bike comes with a chain lock. Please lock the bike to a fixed object."),
        ("Guided tours", "Every Saturday at 11 am a guided tour of the old town starts at the shop. It takes three hours and costs 29 euros, bike included."),
        ("Groups", "Groups of eight or more people get a discount of 10 percent. Please book at least three days ahead."),
        ("Bike repair", "We repair bikes of all brands. An inspection costs 59 euros and is usually ready the next working day."),
        ("Warranty on repairs", "We give a warranty of 12 months on our repairs and on the parts we fit."),
        ("Used bikes for sale", "In October we sell our used rental bikes. A used city bike costs from 180 euros. Each comes with a six-month guarantee."),
        ("Delivery", "We deliver bikes to hotels inside the city for 10 euros per delivery. Delivery takes place between 8 am and 10 am."),
        ("Dogs", "A dog of up to 30 kilograms may ride in the cargo bike. Please bring a blanket."),
        ("Bikes on the train", "You can take our bikes on regional trains. You need a bicycle ticket, which you buy at the station."),
        ("Bad weather", "If there is a storm warning you may cancel at no charge on the same day. Rain alone is no reason for a refund."),
        ("Gift vouchers", "Gift vouchers are available from 20 euros in the shop and online. They are valid for three years."),
        ("Lost key", "If you lose the key of the lock we charge 25 euros for a new lock."),
        ("Contact", "Write to hello@harbourbikes.example or call 0800 555 010. We answer emails within one working day."),
    ];

    public static readonly string[] Answerable =
    [
        "When are you open?", "What are your opening hours on Saturday?", "Are you open on Sundays?", "Is the shop closed on public holidays?",
        "Where is your shop?", "What is your address?", "Which tram stop is near you?", "How much does a city bike cost per day?",
        "What's the price of an e-bike?", "how much is a cargo bike", "What do I pay for half a day?", "Is it cheaper to rent for a week?",
        "How high is the deposit?", "When do I get my deposit back?", "Can I pay by credit card?", "Do you accept cash?",
        "Do you take cheques?", "Can my company pay by invoice?", "How can I book a bike?", "Can I reserve by phone?",
        "How do I cancel my booking?", "Can I cancel my reservation for free?", "How long does a refund take?", "Can I change the date of my booking?",
        "What happens if I return the bike late?", "Are helmets included?", "Do you have helmets for children?", "How much is a child seat?",
        "What does a trailer for two kids cost?", "How old do I have to be to rent an e-bike?", "Do I need a passport?", "Do I need a driving licence?",
        "How far does the battery of the e-bike last?", "How long does charging take?", "What should I do if I get a flat tyre?", "My bike was stolen, what now?",
        "How much is theft insurance?", "Does the insurance cover accidents?", "Do the bikes come with a lock?", "When does the guided tour start?",
        "What does the guided tour cost?", "Is there a discount for groups?", "Do you repair bikes of other brands?", "How much is an inspection?",
        "Do I get a warranty on repairs?", "Do you sell used bikes?", "Can you deliver a bike to my hotel?", "Can I bring my dog?",
        "May I take the bike on the train?", "Can I get a refund because of rain?", "How long are gift vouchers valid?", "What if I lose the key?",
    ];

    public static readonly string[] Unanswerable =
    [
        "Do you rent tandems?", "Do you have mountain bikes?", "How much does a scooter cost per day?", "Can I rent a kayak?",
        "Do you rent roller skates?", "Do you have a shop in Berlin?", "Is there a branch at the airport?", "Do you have wifi?",
        "Can I pay with Bitcoin?", "Do you accept PayPal?", "Can I pay in dollars?", "Is there parking at the shop?",
        "Do you sell new e-bikes?", "How much does a new battery cost?", "Can I buy a helmet?", "Do you sell rain jackets?",
        "What time does the evening tour start?", "Is there a guided tour in Spanish?", "Do you offer wine tours?", "Who leads the guided tour?",
        "Do students get a discount?", "Is there a discount for seniors?", "Do you have a loyalty card?", "Can I rent a bike for my cat?",
        "Are the e-bikes made by Bosch?", "Which brand are your city bikes?", "What colour are the bikes?", "How heavy is the e-bike?",
        "How fast does the e-bike go?", "Can I leave my luggage at the shop?", "Do you have toilets?", "Can I return the bike in another city?",
        "Do you deliver to the airport?", "Do you ship bikes abroad?", "Can I ride to the beach?", "Which route to the castle is best?",
        "Do you repair wheelchairs?", "How much is a new chain?", "Do you paint bikes?", "Can I get a job as a mechanic?",
        "Who is the owner of the shop?", "When was the company founded?", "What is your VAT number?", "Do you have a newsletter?",
        "Is booking AB-123 confirmed?", "Where is my order 48213?", "What is the capital of France?", "Tell me a joke",
        "Can you write a poem about bicycles?", "Do you rent wedding dresses?", "How do I reset my password?", "Can I take the bike on the ferry?",
        "Do you have winter tyres?", "Is there a child seat for 40 kilograms?", "Do you take old bikes in part exchange?", "Can I smoke in the shop?",
    ];
}
