namespace Steward.Models.Tests.Ensemble;

/// <summary>Invented answers to one question each: two that say the same in other words, and one that says something else about the same thing.</summary>
internal static class LabelledAnswers
{
    public static IReadOnlyList<(string Answer, string SameMeaning, string OtherMeaning)> All { get; } =
    [
        ("We are open from 9 to 18, Monday to Friday.", "Our opening hours are Monday through Friday, 9 am to 6 pm.", "We are open from 10 to 16, Monday to Saturday."),
        ("A city bike costs 18 euros per day.", "Renting a city bike is 18 euros for each day.", "A city bike costs 35 euros per day."),
        ("You can return the bike to any of our shops.", "Any of our shops takes the bike back.", "You can only return the bike to the shop where you rented it."),
        ("Helmets are free of charge.", "There is no charge for a helmet.", "A helmet costs 3 euros per day."),
        ("Refunds take five working days after we receive the parcel.", "Once the parcel has arrived, your money is back within five working days.", "We do not give refunds; you get a voucher instead."),
        ("Yes, dogs are welcome in the hotel for 15 euros a night.", "You may bring your dog to the hotel; it costs 15 euros per night.", "No, dogs are not allowed in the hotel."),
        ("Please cancel at least 24 hours before your appointment, otherwise we charge half the price.", "Cancelling later than 24 hours before the appointment costs half the price.", "You can cancel free of charge at any time before your appointment."),
        ("The warranty lasts two years and covers defects of the material.", "Defects of the material are covered by a warranty of two years.", "The warranty lasts one year and does not cover the battery."),
        ("We deliver within three to five days inside Germany.", "Inside Germany a delivery takes three to five days.", "We deliver the next day inside Germany."),
        ("Delivery is free for orders above 50 euros.", "From 50 euros on you pay nothing for delivery.", "Delivery always costs 4.90 euros, whatever you order."),
        ("You need a valid driving licence and a credit card.", "Please bring your driving licence, still valid, and a credit card.", "You need only a passport; a driving licence is not necessary."),
        ("The menu has vegan dishes, and the kitchen can leave out nuts.", "There are vegan dishes on the menu, and nuts can be left out on request.", "The menu has no vegan dishes, and nuts cannot be left out."),
        ("Your subscription renews every month until you cancel it in the settings.", "It renews monthly; to stop it, cancel the subscription in your settings.", "Your subscription ends by itself after one month."),
        ("Breakfast is served from 7 to 10 and is part of the price.", "The price includes breakfast, which we serve between 7 and 10.", "Breakfast is served from 7 to 10 and costs 12 euros."),
        ("Parking is in the yard behind the house, for guests only.", "Guests can park in the yard behind the house.", "There is no parking at the house; use the public garage."),
        ("I am sorry that the parcel arrived broken. Please send us a photo and we will send a new one.", "Sorry about the broken parcel! Send a photo, and you get a replacement.", "I am sorry that the parcel arrived broken. Please contact the carrier; we cannot replace it."),
        ("The last tour begins at 16:30 and takes an hour.", "Tours take one hour, the last one starts at 16:30.", "The last tour begins at 17:30 and takes two hours."),
        ("Children under six travel free with an adult.", "With an adult, children younger than six pay nothing.", "Children under six pay half the fare."),
        ("You can change the date once, at no cost, up to a week before.", "Up to a week before, changing the date once is free.", "The date cannot be changed after booking."),
        ("The app works without a connection and sends your data when you are online again.", "Without a connection the app keeps working; your data is sent once you are online.", "The app needs a connection at all times."),
        ("The bank transfer must arrive within ten days.", "Please transfer the money so that it arrives in ten days at most.", "We accept no bank transfers, only cards."),
        ("The size runs small, so take one size larger.", "Take it one size larger, because it runs small.", "The size runs large, so take one size smaller."),
        ("The pool is closed from November to March.", "From November until March the pool stays closed.", "The pool is open all year."),
        ("A technician comes between 8 and 12 and calls half an hour before.", "Expect the technician between 8 and 12; he calls thirty minutes ahead.", "A technician comes between 14 and 18 without calling before."),
    ];
}
